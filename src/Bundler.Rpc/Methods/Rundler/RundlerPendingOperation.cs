using Bundler.Engine.Pool;
using Bundler.Ethereum.Primitives;
using Bundler.Rpc.JsonRpc;
using Bundler.Rpc.OpenRpc;

namespace Bundler.Rpc.Methods.Rundler;

/// <summary>rundler_getPendingUserOperationBySenderNonce [sender, nonce]: the UserOperation that waits in the mempool, or null.</summary>
internal sealed class RundlerPendingOperation(Mempools mempools) : RpcMethod
{
    public override string Name => "rundler_getPendingUserOperationBySenderNonce";

    public override IReadOnlyList<RpcParameter> Parameters { get; } = [RpcParameter.Address("sender"), RpcParameter.Quantity("nonce")];

    public override MethodDescription Description { get; } = new(
        "The operation of an account and nonce that waits in the mempool, or null.", Schemas.UserOperation.OrNull());

    public override ValueTask<RpcReply> InvokeAsync(RpcParams parameters, CancellationToken cancellationToken)
    {
        Address sender = parameters.Address(0);
        UInt256 nonce = parameters.Quantity(1);
        return new(mempools.All.Select(pool => pool.FindBy(sender, nonce)).FirstOrDefault(entry => entry is not null) is { } found
            ? RpcReply.Of(writer => found.EntryPoint.Operations.Write(writer, found.Operation))
            : RpcReply.Null);
    }
}
