using Bundler.Engine.Inclusion;
using Bundler.Ethereum.Primitives;
using Bundler.Rpc.JsonRpc;
using Bundler.Rpc.OpenRpc;

namespace Bundler.Rpc.Methods.DebugBundler;

/// <summary>debug_bundler_backfill [fromBlock, toBlock]: a <see cref="BackfillRound"/>; not complete: again with <c>toBlock</c> one below the answered <c>fromBlock</c>.</summary>
internal sealed class Backfill(BackfillRound round) : RpcMethod
{
    public override string Name => "debug_bundler_backfill";

    public override IReadOnlyList<RpcParameter> Parameters { get; } = [RpcParameter.Quantity("fromBlock"), RpcParameter.Quantity("toBlock")];

    public override MethodDescription Description { get; } = new(
        "Brings the operations of blocks of before the node's start into the index, the newest first.",
        JsonSchema.Object(
            ("fromBlock", Schemas.Quantity), ("blocks", JsonSchema.Integer), ("operations", JsonSchema.Integer), ("complete", JsonSchema.Boolean)));

    public override async ValueTask<RpcReply> InvokeAsync(RpcParams parameters, CancellationToken cancellationToken)
    {
        ulong from = Block(parameters, 0);
        ulong to = Block(parameters, 1);
        if (from > to)
        {
            throw new CodecException(parameters.Path(1), "must not be before fromBlock");
        }

        BackfillReport report = await round.RunAsync(from, to, cancellationToken);
        return RpcReply.Of(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("fromBlock"u8, Hex.EncodeQuantity(report.From));
            writer.WriteNumber("blocks"u8, report.Blocks);
            writer.WriteNumber("operations"u8, report.Operations);
            writer.WriteBoolean("complete"u8, report.Complete);
            writer.WriteEndObject();
        });
    }

    private static ulong Block(RpcParams parameters, int index) =>
        parameters.Quantity(index) is { FitsUInt64: true } number ? (ulong)number : throw new CodecException(parameters.Path(index), "is no block number");
}
