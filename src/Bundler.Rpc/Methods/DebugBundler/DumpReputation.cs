using System.Text.Json;
using Bundler.Engine.Reputation;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Rpc.JsonRpc;
using Bundler.Rpc.OpenRpc;
using Microsoft.Extensions.Options;

namespace Bundler.Rpc.Methods.DebugBundler;

/// <summary>debug_bundler_dumpReputation (ERC-7769): every counter of an EntryPoint with the status that follows from it.</summary>
internal sealed class DumpReputation(EntryPointParameter entryPoints, ReputationLedger reputation, IOptions<RpcOptions> options) : RpcMethod
{
    private readonly bool _asNumber = options.Value.DebugStatusAsNumber;

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
                WriteStatus(writer, reputation.Status(entryPoint.Address, entry.Address));
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }));
    }

    private void WriteStatus(Utf8JsonWriter writer, ReputationStatus status)
    {
        if (_asNumber)
        {
            writer.WriteNumber("status", status switch { ReputationStatus.Banned => 2, ReputationStatus.Throttled => 1, _ => 0 });
            return;
        }

        writer.WriteString("status", status switch { ReputationStatus.Banned => "banned", ReputationStatus.Throttled => "throttled", _ => "ok" });
    }
}
