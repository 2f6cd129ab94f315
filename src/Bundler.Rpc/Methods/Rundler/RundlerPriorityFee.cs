using Bundler.Engine.Gas;
using Bundler.Rpc.JsonRpc;
using Bundler.Rpc.OpenRpc;

namespace Bundler.Rpc.Methods.Rundler;

/// <summary>rundler_maxPriorityFeePerGas []: the tip that gets an operation into the coming blocks, in wei; never below what is taken.</summary>
internal sealed class RundlerPriorityFee(FeeOracle oracle) : RpcMethod
{
    public override string Name => "rundler_maxPriorityFeePerGas";

    public override MethodDescription Description { get; } = new("The maxPriorityFeePerGas that operations need now, in wei.", Schemas.Quantity);

    public override async ValueTask<RpcReply> InvokeAsync(RpcParams parameters, CancellationToken cancellationToken) =>
        RpcReply.Text((await oracle.CurrentAsync(cancellationToken)).SuggestedTip.ToQuantity());
}
