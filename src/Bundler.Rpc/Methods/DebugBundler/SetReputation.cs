using System.Text.Json;
using Bundler.Engine.Reputation;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Rpc.JsonRpc;
using Bundler.Rpc.OpenRpc;

namespace Bundler.Rpc.Methods.DebugBundler;

/// <summary>debug_bundler_setReputation (ERC-7769): sets counters of addresses at an EntryPoint.</summary>
internal sealed class SetReputation(EntryPointParameter entryPoints, ReputationLedger reputation) : RpcMethod
{
    public override string Name => "debug_bundler_setReputation";

    public override IReadOnlyList<RpcParameter> Parameters { get; } = [RpcParameter.Array("reputations"), RpcParameter.Address("entryPoint")];

    public override MethodDescription Description { get; } = new("Sets counters of addresses at an EntryPoint.", JsonSchema.OneOfTexts("ok"));

    public override ValueTask<RpcReply> InvokeAsync(RpcParams parameters, CancellationToken cancellationToken)
    {
        EntryPoint entryPoint = entryPoints.Read(parameters, 1);
        reputation.Set(entryPoint.Address, parameters.Read(0, ReadEntries));
        return new(RpcReply.Text("ok"));
    }

    private static List<ReputationEntry> ReadEntries(JsonElement array)
    {
        List<ReputationEntry> entries = [];
        foreach (JsonElement item in array.EnumerateArray())
        {
            try
            {
                entries.Add(new ReputationEntry(
                    ReadAddress(Member(item, "address")), DebugNumber.Read(Member(item, "opsSeen")), DebugNumber.Read(Member(item, "opsIncluded"))));
            }
            catch (CodecException fault)
            {
                throw fault.Within($"[{entries.Count}]");
            }
        }

        return entries;
    }

    private static Address ReadAddress(JsonElement value) =>
        value.ValueKind == JsonValueKind.String ? Address.Parse(value.GetString()) : throw new CodecException("address", "expected string");

    private static JsonElement Member(JsonElement item, string name) =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty(name, out JsonElement value) ? value : throw new CodecException(name, "is required");
}
