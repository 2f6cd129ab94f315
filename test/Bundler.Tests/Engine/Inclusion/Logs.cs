using System.Text.Json;
using System.Text.Json.Nodes;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Abi;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Inclusion;

/// <summary>The logs that EntryPoints and others leave in a receipt.</summary>
internal static class Logs
{
    public static EntryPoint Other { get; } = EntryPointCatalog.Create(EntryPointVersion.V08, A.AddressOf(0x4337));

    public static Hash32 HashOf(int operation) => Hash32.From(0x0b_0000 + operation);

    public static JsonObject BeforeExecution(EntryPoint? at = null) => Log(at, [EntryPointEvents.BeforeExecution.Topic]);

    public static JsonObject AccountDeployed(int operation, EntryPoint? at = null) =>
        Log(at, [EntryPointEvents.AccountDeployed.Topic, HashOf(operation), A.AddressOf(operation).ToWord()], A.Factory.ToWord(), Hash32.Zero);

    /// <summary>The end of operation number <paramref name="operation"/>, whose sender is the address and whose nonce the number of the same name.</summary>
    public static JsonObject Ended(int operation, EntryPoint? at = null, bool success = true, Address? paymaster = null) => Log(
        at,
        [EntryPointEvents.UserOperationEvent.Topic, HashOf(operation), A.AddressOf(operation).ToWord(), (paymaster ?? Address.Zero).ToWord()],
        Hash32.From(operation), Hash32.From(success ? 1 : 0), Hash32.From(5_000), Hash32.From(50));

    public static JsonObject AggregatorChanged(Address aggregator) =>
        Log(null, [EntryPointEvents.SignatureAggregatorChanged.Topic, aggregator.ToWord()]);

    /// <summary>UserOperationRevertReason or PostOpRevertReason with 0x1234.</summary>
    public static JsonObject Reverted(AbiEvent because, int operation) => Log(
        null,
        [because.Topic, HashOf(operation), A.AddressOf(operation).ToWord()],
        Hash32.From(operation), Hash32.From(64), Hash32.From(2), Hash32.Parse("0x1234" + new string('0', 60)));

    /// <summary>What some contract emits.</summary>
    public static JsonObject Foreign(int mark, params Hash32[] topics) => new()
    {
        ["address"] = A.Contract.ToLowerHex(),
        ["topics"] = new JsonArray([.. topics.Select(topic => (JsonNode)topic.ToString())]),
        ["data"] = Hash32.From(mark).ToString(),
    };

    public static IReadOnlyList<LogEntry> Read(params JsonObject[] logs) =>
        [.. logs.Select(log => LogEntry.Read(JsonElement.Parse(log.ToJsonString())))];

    private static JsonObject Log(EntryPoint? at, Hash32[] topics, params Hash32[] words) => new()
    {
        ["address"] = (at ?? A.EntryPoint).Address.ToLowerHex(),
        ["topics"] = new JsonArray([.. topics.Select(topic => (JsonNode)topic.ToString())]),
        ["data"] = Bytes.Concat([.. words.Select(word => word.ToBytes())]).ToString(),
    };
}
