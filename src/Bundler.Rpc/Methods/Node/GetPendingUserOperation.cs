using System.Text.Json;
using Bundler.Engine.Pool;
using Bundler.Ethereum.Primitives;
using Bundler.Rpc.JsonRpc;
using Bundler.Rpc.OpenRpc;

namespace Bundler.Rpc.Methods.Node;

/// <summary>
/// bundler_getPendingUserOperation [sender, nonce, entryPoint?]: the operation that an account is waiting for, or null.
/// <c>{userOpHash, entryPoint, userOperation, status, admittedAt, admittedAtBlock}</c>; status is received, pending or bundled. Without an EntryPoint
/// all are looked through in the order of eth_supportedEntryPoints.
/// </summary>
internal sealed class GetPendingUserOperation(EntryPointParameter entryPoints, Mempools mempools) : RpcMethod
{
    public override string Name => "bundler_getPendingUserOperation";

    public override IReadOnlyList<RpcParameter> Parameters { get; } =
        [RpcParameter.Address("sender"), RpcParameter.Quantity("nonce"), RpcParameter.Address("entryPoint", required: false)];

    public override MethodDescription Description { get; } = new(
        "The operation of an account and nonce that waits in the mempool, or null.",
        JsonSchema.Object(
            ("userOpHash", Schemas.Hash),
            ("entryPoint", Schemas.Address),
            ("userOperation", Schemas.UserOperation),
            ("status", StandingJson.Words),
            ("admittedAt", JsonSchema.Text),
            ("admittedAtBlock", Schemas.Quantity)).OrNull());

    public override ValueTask<RpcReply> InvokeAsync(RpcParams parameters, CancellationToken cancellationToken)
    {
        Address sender = parameters.Address(0);
        UInt256 nonce = parameters.Quantity(1);
        IEnumerable<Mempool> pools = parameters.Optional(2) is null ? mempools.All : [mempools[entryPoints.Read(parameters, 2).Address]];
        return new(pools.Select(pool => pool.FindBy(sender, nonce)).FirstOrDefault(entry => entry is not null) is { } found
            ? RpcReply.Of(writer => Write(writer, found))
            : RpcReply.Null);
    }

    private static void Write(Utf8JsonWriter writer, MempoolEntry entry)
    {
        writer.WriteStartObject();
        writer.WriteString("userOpHash"u8, entry.UserOpHash.ToString());
        writer.WriteString("entryPoint"u8, entry.EntryPoint.Address.ToString());
        writer.WritePropertyName("userOperation"u8);
        entry.EntryPoint.Operations.Write(writer, entry.Operation);
        writer.WriteString("status"u8, StandingJson.Word(entry.State switch
        {
            EntryState.Storing => OperationState.Received,
            EntryState.Bundled => OperationState.Bundled,
            _ => OperationState.Pending,
        }));
        writer.WriteString("admittedAt"u8, StandingJson.Moment(entry.AdmittedAt));
        writer.WriteString("admittedAtBlock"u8, Hex.EncodeQuantity(entry.AdmittedAtBlock));
        writer.WriteEndObject();
    }
}
