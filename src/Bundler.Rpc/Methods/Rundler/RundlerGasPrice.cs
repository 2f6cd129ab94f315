using Bundler.Engine.Chain;
using Bundler.Engine.Gas;
using Bundler.Ethereum.Primitives;
using Bundler.Rpc.JsonRpc;
using Bundler.Rpc.OpenRpc;

namespace Bundler.Rpc.Methods.Rundler;

/// <summary>
/// rundler_getUserOperationGasPrice []: <c>{currentPriorityFee, baseFee, blockNumber, suggested: {maxPriorityFeePerGas, maxFeePerGas}}</c> in wei;
/// suggested is the standard level of bundler_getGasPrice.
/// </summary>
internal sealed class RundlerGasPrice(FeeOracle oracle, HeadFeed heads) : RpcMethod
{
    public override string Name => "rundler_getUserOperationGasPrice";

    public override MethodDescription Description { get; } = new(
        "bundler_getGasPrice in the form of Rundler.",
        JsonSchema.Object(
            ("currentPriorityFee", Schemas.Quantity), ("baseFee", Schemas.Quantity), ("blockNumber", Schemas.Quantity), ("suggested", Schemas.Fees)));

    public override async ValueTask<RpcReply> InvokeAsync(RpcParams parameters, CancellationToken cancellationToken)
    {
        ChainHead head = await heads.CurrentAsync(cancellationToken);
        FeeQuote fees = await oracle.CurrentAsync(cancellationToken);
        return RpcReply.Of(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("currentPriorityFee"u8, fees.SuggestedTip.ToQuantity());
            writer.WriteString("baseFee"u8, fees.BaseFeePerGas.ToQuantity());
            writer.WriteString("blockNumber"u8, Hex.EncodeQuantity(head.Number));
            writer.WritePropertyName("suggested"u8);
            FeesJson.Write(writer, oracle.Suggest(fees).Standard);
            writer.WriteEndObject();
        });
    }
}
