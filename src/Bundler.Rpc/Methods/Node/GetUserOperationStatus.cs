using System.Text.Json;
using Bundler.Engine.Inclusion;
using Bundler.Ethereum.Primitives;
using Bundler.Rpc.JsonRpc;
using Bundler.Rpc.OpenRpc;

namespace Bundler.Rpc.Methods.Node;

/// <summary>
/// bundler_getUserOperationStatus [userOpHash]: where an operation stands, null for one that this node never met.
/// <c>{status, userOpHash, entryPoint, transactionHash, blockNumber, blockHash, success, reason, since}</c>; status is received, pending, bundled,
/// included, final, dropped or replaced; what does not apply is null. The transaction of a bundled operation may still be replaced by another.
/// </summary>
internal sealed class GetUserOperationStatus(OperationStandings standings) : RpcMethod
{
    public override string Name => "bundler_getUserOperationStatus";

    public override IReadOnlyList<RpcParameter> Parameters { get; } = [RpcParameter.UserOpHash, RpcParameter.IgnoredBlock()];

    public override MethodDescription Description { get; } = new(
        "Where an operation stands: received, pending, bundled, included, final, dropped or replaced; null for one never met.",
        JsonSchema.Object(
            ("status", StandingJson.Words),
            ("userOpHash", Schemas.Hash),
            ("entryPoint", Schemas.Address.OrNull()),
            ("transactionHash", Schemas.Hash.OrNull()),
            ("blockNumber", Schemas.Quantity.OrNull()),
            ("blockHash", Schemas.Hash.OrNull()),
            ("success", JsonSchema.AnyOf(JsonSchema.Boolean, JsonSchema.Null)),
            ("reason", JsonSchema.Text.OrNull()),
            ("since", JsonSchema.Text.OrNull())).OrNull());

    public override async ValueTask<RpcReply> InvokeAsync(RpcParams parameters, CancellationToken cancellationToken) =>
        await standings.FindAsync(parameters.Hash(0), cancellationToken) is { } standing
            ? RpcReply.Of(writer => Write(writer, standing))
            : RpcReply.Null;

    private static void Write(Utf8JsonWriter writer, OperationStanding standing)
    {
        IncludedOperation? included = standing.Included;
        writer.WriteStartObject();
        writer.WriteString("status"u8, StandingJson.Word(standing.State));
        writer.WriteString("userOpHash"u8, standing.UserOpHash.ToString());
        writer.WriteString("entryPoint"u8, (included?.EntryPoint ?? standing.Pending?.EntryPoint.Address)?.ToString());
        writer.WriteString("transactionHash"u8, standing.TransactionHash?.ToString());
        writer.WriteString("blockNumber"u8, included is null ? null : Hex.EncodeQuantity(included.Block.Number));
        writer.WriteString("blockHash"u8, included?.Block.Hash.ToString());
        if (included is null)
        {
            writer.WriteNull("success"u8);
        }
        else
        {
            writer.WriteBoolean("success"u8, included.Success);
        }

        writer.WriteString("reason"u8, standing.Reason);
        writer.WriteString("since"u8, standing.At is { } at ? StandingJson.Moment(at) : null);
        writer.WriteEndObject();
    }
}
