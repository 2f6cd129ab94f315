using System.Globalization;
using System.Text.Json;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Validation.Tracing;

/// <summary>
/// The answer of geth's (BSC's) erc7562Tracer to a <see cref="ValidationTrace"/>. It knows no phases: execution begins where the EntryPoint calls
/// innerHandleOp, and what follows is left away.
/// </summary>
internal static class NativeTraceReader
{
    /// <param name="json">The tracer's result.</param>
    /// <param name="innerHandleOp">The selectors with which EntryPoints of any version begin execution.</param>
    /// <exception cref="CodecException">Not that tracer's answer; the path leads to the fault.</exception>
    public static ValidationTrace Read(JsonElement json, IReadOnlySet<uint> innerHandleOp) => TraceShape.Read(() => ReadTrace(json, innerHandleOp));

    private static ValidationTrace ReadTrace(JsonElement json, IReadOnlySet<uint> innerHandleOp)
    {
        CallFrame root = ReadFrame(json, isRoot: true);
        List<CallFrame> validation = [.. root.Calls.TakeWhile(call => !(call.To == root.To && innerHandleOp.Contains(call.Selector)))];
        HashSet<Bytes> preimages = [.. json.OptionalArray("keccak", EthereumJson.ReadBytes).Where(preimage => TraceShape.IsAssociationPreimage(preimage))];
        return new ValidationTrace(root with { Calls = validation }, preimages, ReachedExecution: validation.Count < root.Calls.Count);
    }

    private static CallFrame ReadFrame(JsonElement json, bool isRoot)
    {
        bool hasSlots = json.TryGetProperty("accessedSlots", out JsonElement slots);
        return CallTraceReader.ReadHead(json) with
        {
            OutOfGas = !isRoot && (json.Optional("outOfGas", EthereumJson.ReadBoolean) ?? false),
            Opcodes = Counted(json),
            Reads = hasSlots ? Table(slots, "reads", name => Hash32.Parse(name), values => EthereumJson.ReadHash(values[0])) : NoReads,
            Writes = hasSlots ? Table(slots, "writes", name => Hash32.Parse(name), Count) : NoWrites,
            TransientReads = hasSlots ? Table(slots, "transientReads", name => Hash32.Parse(name), Count) : NoWrites,
            TransientWrites = hasSlots ? Table(slots, "transientWrites", name => Hash32.Parse(name), Count) : NoWrites,
            ExtCodeAccess = [.. json.OptionalArray("extCodeAccessInfo", EthereumJson.ReadAddress).Distinct()],
            ContractSizes = Sizes(json),
            Calls = json.OptionalArray("calls", call => ReadFrame(call, isRoot: false)),
        };
    }

    private static Dictionary<Hash32, Hash32> NoReads { get; } = [];

    private static Dictionary<Hash32, int> NoWrites { get; } = [];

    // A node may leave out fewer opcodes than it was told to: BSC's copy of the tracer has its own idea of some.
    private static Dictionary<byte, int> Counted(JsonElement json)
    {
        Dictionary<byte, int> counts = Table(json, "usedOpcodes", Opcode, Count);
        foreach (byte ignored in counts.Keys.Where(TracedOpcodes.IsIgnored).ToArray())
        {
            counts.Remove(ignored);
        }

        return counts;
    }

    private static Dictionary<Address, ContractAccess> Sizes(JsonElement json)
    {
        Dictionary<Address, ContractAccess> sizes = Table(
            json,
            "contractSize",
            name => Address.Parse(name),
            access => new ContractAccess(access.GetProperty("contractSize").GetInt32(), access.GetProperty("opcode").GetByte()));
        foreach (Address precompile in sizes.Keys.Where(TraceShape.IsPrecompile).ToArray())
        {
            sizes.Remove(precompile);
        }

        return sizes;
    }

    private static Dictionary<TKey, TValue> Table<TKey, TValue>(JsonElement json, string name, Func<string, TKey> key, Func<JsonElement, TValue> value)
        where TKey : notnull
    {
        Dictionary<TKey, TValue> table = [];
        if (json.TryGetProperty(name, out JsonElement entries) && entries.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty entry in entries.EnumerateObject())
            {
                table[key(entry.Name)] = EthereumJson.Read(entry.Value, entry.Name, value);
            }
        }

        return table;
    }

    private static int Count(JsonElement value) => value.GetInt32();

    private static byte Opcode(string hex) => byte.Parse(hex.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
