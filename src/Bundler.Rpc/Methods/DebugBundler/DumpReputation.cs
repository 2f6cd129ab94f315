using Bundler.Engine.Reputation;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Rpc.JsonRpc;
using Bundler.Rpc.OpenRpc;

namespace Bundler.Rpc.Methods.DebugBundler;

/// <summary>debug_bundler_dumpReputation (ERC-7769): every counter of an EntryPoint with the status that follows from it.</summary>
internal sealed class DumpReputation(EntryPointParameter entryPoints, ReputationLedger reputation) : RpcMethod
{
    public override string Name => "debug_bundler_dumpReputation";

    public override IReadOnlyList<RpcParameter> Parameters { get; } = [RpcParameter.Address("entryPoint")];

    public override MethodDescription Description { get; } = new(
        "Every counter of an EntryPoint with the status that follows from it.",
        JsonSchema.ArrayOf(JsonSchema.Object(
            ("address", Schemas.Address), ("opsSeen", Schemas.Quantity), ("opsIncluded", Schemas.Quantity),
            ("status", JsonSchema.OneOfTexts("ok", "throttled", "banned")))));

    public override ValueTask<RpcReply> InvokeAsync(RpcParams parameters, CancellationToken cancellationToken)
    {
        EntryPoint entryPoint = entryPoints.Read(parameters, 0);
        IReadOnlyList<ReputationEntry> entries = reputation.Dump(entryPoint.Address);
        return new(RpcReply.Of(writer =>
        {
            writer.WriteStartArray();
            foreach (ReputationEntry entry in entries)
            {
                writer.WriteStartObject();
                writer.WriteString("address", entry.Address.ToString());
                writer.WriteString("opsSeen", Hex.EncodeQuantity(entry.OpsSeen));
                writer.WriteString("opsIncluded", Hex.EncodeQuantity(entry.OpsIncluded));
                writer.WriteString("status", reputation.Status(entryPoint.Address, entry.Address) switch
                {
                    ReputationStatus.Banned => "banned",
                    ReputationStatus.Throttled => "throttled",
                    _ => "ok",
                });
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }));
    }
}
