using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Rpc.JsonRpc;
using Bundler.Rpc.OpenRpc;

namespace Bundler.Rpc.Methods.Eth;

/// <summary>eth_sendUserOperation (ERC-7769): takes an operation into the mempool and answers its userOpHash.</summary>
internal sealed class SendUserOperation(EntryPointParameter entryPoints, OperationDoor door) : RpcMethod
{
    public override string Name => "eth_sendUserOperation";

    public override IReadOnlyList<RpcParameter> Parameters { get; } = [RpcParameter.Operation("userOperation"), RpcParameter.Address("entryPoint")];

    public override MethodDescription Description { get; } = new("Takes an operation into the mempool and answers its userOpHash.", Schemas.Hash)
    {
        Errors = MethodErrors.Rejections,
    };

    public override async ValueTask<RpcReply> InvokeAsync(RpcParams parameters, CancellationToken cancellationToken)
    {
        EntryPoint entryPoint = entryPoints.Read(parameters, 1);
        UserOperation operation = parameters.Read(0, json => entryPoint.Operations.Read(json, partial: false)).Operation;
        Outcome<Hash32> outcome = await door.SubmitAsync(entryPoint, operation, cancellationToken);
        return RpcReply.From(outcome, static (writer, userOpHash) => writer.WriteStringValue(userOpHash.ToString()));
    }
}
