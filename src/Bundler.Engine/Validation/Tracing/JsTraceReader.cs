using System.Globalization;
using System.Text.Json;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Validation.Tracing;

/// <summary>The answer of <c>jstracer/erc7562.js</c> to a <see cref="ValidationTrace"/>; its keys are explained at the top of that file.</summary>
internal static class JsTraceReader
{
    /// <exception cref="CodecException">Not that tracer's answer; the path leads to the fault.</exception>
    public static ValidationTrace Read(JsonElement json) => TraceShape.Read(() => ReadTrace(json));

    /// <summary>The answer of <c>jstracer/bundle.js</c>: frames that are cut to what is read of them.</summary>
    /// <exception cref="CodecException">Not that tracer's answer; the path leads to the fault.</exception>
    public static CallTrace ReadBundle(JsonElement json) => TraceShape.Read(() => new CallTrace(
        json.Required("root", frame => ReadFrame(frame, isRoot: true)), json.OptionalArray("logs", ReadLog)));

    private static TracedLog ReadLog(JsonElement json) => new(
        json.Required("a", EthereumJson.ReadAddress), json.OptionalArray("t", EthereumJson.ReadHash), json.Required("d", EthereumJson.ReadBytes));

    private static ValidationTrace ReadTrace(JsonElement json)
    {
        CallFrame root = json.Required("root", frame => ReadFrame(frame, isRoot: true));
        HashSet<Bytes> preimages = [.. json.OptionalArray("keccak", value => Bytes.Parse("0x" + EthereumJson.ReadString(value)))];
        return new ValidationTrace(root, preimages, json.Required("cut", EthereumJson.ReadBoolean));
    }

    private static CallFrame ReadFrame(JsonElement json, bool isRoot)
    {
        CallKind kind = TraceShape.Kind(json.Required("t", EthereumJson.ReadString));
        string? error = json.TryGetProperty("e", out JsonElement text) ? text.GetString() : null;
        bool created = kind is not (CallKind.Create or CallKind.Create2) || error is null;
        return new CallFrame
        {
            Kind = kind,
            From = json.Required("f", EthereumJson.ReadAddress),
            To = created ? json.Required("a", EthereumJson.ReadAddress) : null,
            Value = json.Optional("v", EthereumJson.ReadQuantity) ?? UInt256.Zero,
            Gas = ReadGas(json, "g"),
            GasUsed = ReadGas(json, "u"),
            Input = json.Optional("i", EthereumJson.ReadBytes) ?? Bytes.Empty,
            Output = json.Optional("o", EthereumJson.ReadBytes) ?? Bytes.Empty,
            Error = error,
            OutOfGas = !isRoot && TraceShape.IsOutOfGas(error),
            Opcodes = ReadTable(json, "p", name => byte.Parse(name, NumberStyles.None, CultureInfo.InvariantCulture), value => value.GetInt32()),
            Reads = ReadTable(json, "r", Slot, EthereumJson.ReadHash),
            Writes = ReadTable(json, "w", Slot, value => value.GetInt32()),
            TransientReads = ReadTable(json, "b", Slot, value => value.GetInt32()),
            TransientWrites = ReadTable(json, "d", Slot, value => value.GetInt32()),
            ExtCodeAccess = json.OptionalArray("x", value => Account(EthereumJson.ReadString(value))),
            ContractSizes = ReadSizes(json),
            Calls = json.OptionalArray("c", frame => ReadFrame(frame, isRoot: false)),
        };
    }

    private static IReadOnlyDictionary<Address, ContractAccess> ReadSizes(JsonElement json)
    {
        Dictionary<Address, ContractAccess> sizes = ReadTable(json, "n", Account, value => new ContractAccess(value[0].GetInt32(), value[1].GetByte()));
        foreach (Address precompile in sizes.Keys.Where(TraceShape.IsPrecompile).ToArray())
        {
            sizes.Remove(precompile);
        }

        return sizes;
    }

    private static Dictionary<TKey, TValue> ReadTable<TKey, TValue>(JsonElement json, string name, Func<string, TKey> key, Func<JsonElement, TValue> value)
        where TKey : notnull
    {
        Dictionary<TKey, TValue> table = [];
        if (json.TryGetProperty(name, out JsonElement entries))
        {
            foreach (JsonProperty entry in entries.EnumerateObject())
            {
                table[key(entry.Name)] = EthereumJson.Read(entry.Value, entry.Name, value);
            }
        }

        return table;
    }

    private static ulong ReadGas(JsonElement json, string name) => json.TryGetProperty(name, out JsonElement gas) ? gas.GetUInt64() : 0;

    private static Hash32 Slot(string hex) => Hash32.Parse("0x" + hex);

    private static Address Account(string hex) => Address.Parse("0x" + hex);
}
