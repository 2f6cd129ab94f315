using Bundler.Engine.Chain;
using Bundler.Engine.Gas;
using Bundler.Ethereum.Primitives;
using Bundler.Rpc.JsonRpc;
using Bundler.Rpc.OpenRpc;

namespace Bundler.Rpc.Methods.Node;

/// <summary>
/// bundler_getGasPrice []: <c>{blockNumber, baseFeePerGas, minPriorityFeePerGas, slow, standard, fast}</c>, wei per gas for the coming block; each level
/// is <c>{maxFeePerGas, maxPriorityFeePerGas}</c> and is taken by eth_sendUserOperation.
/// </summary>
internal sealed class GetGasPrice(FeeOracle oracle, HeadFeed heads) : RpcMethod
{
    public override string Name => "bundler_getGasPrice";

    public override MethodDescription Description { get; } = new(
        "What the coming block costs and what operations should offer, in wei per gas, at three speeds.",
        JsonSchema.Object(
            ("blockNumber", Schemas.Quantity), ("baseFeePerGas", Schemas.Quantity), ("minPriorityFeePerGas", Schemas.Quantity),
            ("slow", Schemas.Fees), ("standard", Schemas.Fees), ("fast", Schemas.Fees)));

    public override async ValueTask<RpcReply> InvokeAsync(RpcParams parameters, CancellationToken cancellationToken)
    {
        ChainHead head = await heads.CurrentAsync(cancellationToken);
        FeeQuote fees = await oracle.CurrentAsync(cancellationToken);
        return RpcReply.Of(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("blockNumber"u8, Hex.EncodeQuantity(head.Number));
            writer.WriteString("baseFeePerGas"u8, fees.BaseFeePerGas.ToQuantity());
            writer.WriteString("minPriorityFeePerGas"u8, fees.FloorTip.ToQuantity());
            FeesJson.WriteLevels(writer, oracle.Suggest(fees));
            writer.WriteEndObject();
        });
    }
}
