using Bundler.Engine.Gas;
using Bundler.Rpc.JsonRpc;
using Bundler.Rpc.OpenRpc;

namespace Bundler.Rpc.Methods.Skandha;

/// <summary>skandha_getGasPrice []: <c>{maxFeePerGas, maxPriorityFeePerGas}</c> in wei, the standard level of bundler_getGasPrice.</summary>
internal sealed class SkandhaGasPrice(FeeOracle oracle) : RpcMethod
{
    public override string Name => "skandha_getGasPrice";

    public override MethodDescription Description { get; } = new("The standard level of bundler_getGasPrice, in the form of Skandha.", Schemas.Fees);

    public override async ValueTask<RpcReply> InvokeAsync(RpcParams parameters, CancellationToken cancellationToken)
    {
        FeeSuggestion suggestion = oracle.Suggest(await oracle.CurrentAsync(cancellationToken));
        return RpcReply.Of(writer => FeesJson.Write(writer, suggestion.Standard));
    }
}
