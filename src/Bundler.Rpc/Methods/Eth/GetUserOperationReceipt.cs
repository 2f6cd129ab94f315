using Bundler.Engine.Inclusion;
using Bundler.Ethereum.Primitives;
using Bundler.Rpc.JsonRpc;
using Bundler.Rpc.OpenRpc;

namespace Bundler.Rpc.Methods.Eth;

/// <summary>eth_getUserOperationReceipt (ERC-7769): what an included operation did; null while it is not included, and for unknown ones.</summary>
internal sealed class GetUserOperationReceipt(OperationLookup lookup) : RpcMethod
{
    public override string Name => "eth_getUserOperationReceipt";

    public override IReadOnlyList<RpcParameter> Parameters { get; } = [RpcParameter.UserOpHash, RpcParameter.IgnoredBlock()];

    public override MethodDescription Description { get; } = new(
        "What an included operation did; null while it is not included, and for unknown ones.",
        Schemas.UserOperationReceipt.OrNull());

    public override async ValueTask<RpcReply> InvokeAsync(RpcParams parameters, CancellationToken cancellationToken)
    {
        Hash32 userOpHash = parameters.Hash(0);
        if (await lookup.FindIncludedAsync(userOpHash, cancellationToken) is not { } included
            || await lookup.FindReceiptAsync(included, cancellationToken) is not { } receipt)
        {
            return RpcReply.Null;
        }

        return RpcReply.Of(writer => ReceiptJson.Write(writer, receipt));
    }
}
