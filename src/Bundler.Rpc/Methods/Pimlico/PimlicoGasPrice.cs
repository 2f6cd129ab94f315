using Bundler.Engine.Gas;
using Bundler.Rpc.JsonRpc;
using Bundler.Rpc.OpenRpc;

namespace Bundler.Rpc.Methods.Pimlico;

/// <summary>pimlico_getUserOperationGasPrice []: <c>{slow, standard, fast}</c>, each <c>{maxFeePerGas, maxPriorityFeePerGas}</c> in wei.</summary>
internal sealed class PimlicoGasPrice(FeeOracle oracle) : RpcMethod
{
    public override string Name => "pimlico_getUserOperationGasPrice";

    public override MethodDescription Description { get; } = new(
        "bundler_getGasPrice in the form of Pimlico's bundler.",
        JsonSchema.Object(("slow", Schemas.Fees), ("standard", Schemas.Fees), ("fast", Schemas.Fees)));

    public override async ValueTask<RpcReply> InvokeAsync(RpcParams parameters, CancellationToken cancellationToken)
    {
        FeeSuggestion suggestion = oracle.Suggest(await oracle.CurrentAsync(cancellationToken));
        return RpcReply.Of(writer =>
        {
            writer.WriteStartObject();
            FeesJson.WriteLevels(writer, suggestion);
            writer.WriteEndObject();
        });
    }
}
