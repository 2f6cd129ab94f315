using System.Text.Json;
using Bundler.Ethereum.Primitives;

namespace Bundler.Ethereum.Abi;

/// <summary>One entry of a JSON ABI: what it describes (<c>function</c>, <c>event</c>, …) and its signature.</summary>
internal sealed record AbiJsonEntry(string Kind, AbiSignature Signature)
{
    private const string Tuple = "tuple";

    /// <exception cref="CodecException">Not an ABI; the path leads to the fault.</exception>
    public static IReadOnlyList<AbiJsonEntry> ReadAll(JsonElement root)
    {
        JsonElement array = root.ValueKind == JsonValueKind.Object && root.TryGetProperty("abi", out JsonElement abi) ? abi : root;
        return Each(array, Read);
    }

    private static AbiJsonEntry Read(JsonElement entry)
    {
        AbiSignature signature = new(Text(entry, "name") ?? "", Parameters(entry, "inputs"), Parameters(entry, "outputs"), Flag(entry, "anonymous"));
        return new AbiJsonEntry(Text(entry, "type") ?? "function", signature);
    }

    private static AbiType.Tuple Parameters(JsonElement owner, string member)
    {
        if (!Member(owner, member, out JsonElement list))
        {
            return AbiType.Tuple.Empty;
        }

        try
        {
            return new AbiType.Tuple(Each(list, Parameter));
        }
        catch (CodecException fault)
        {
            throw fault.Within(member);
        }
    }

    private static AbiParameter Parameter(JsonElement element)
    {
        string type = Text(element, "type") ?? throw new CodecException("type", "is missing");
        AbiType parsed = type.StartsWith(Tuple, StringComparison.Ordinal)
            ? AbiTypeParser.WithArraySuffix(Parameters(element, "components"), type[Tuple.Length..])
            : AbiTypeParser.Parse(type);
        return new AbiParameter(parsed, Text(element, "name") ?? "", Flag(element, "indexed"));
    }

    private static List<T> Each<T>(JsonElement array, Func<JsonElement, T> read)
    {
        if (array.ValueKind != JsonValueKind.Array)
        {
            throw new CodecException("expected an array");
        }

        List<T> items = [];
        foreach (JsonElement element in array.EnumerateArray())
        {
            try
            {
                items.Add(read(element));
            }
            catch (CodecException fault)
            {
                throw fault.Within($"[{items.Count}]");
            }
        }

        return items;
    }

    private static string? Text(JsonElement owner, string member) =>
        !Member(owner, member, out JsonElement value) ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : throw new CodecException(member, "expected a string");

    private static bool Flag(JsonElement owner, string member) =>
        Member(owner, member, out JsonElement value)
        && (value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : throw new CodecException(member, "expected true or false"));

    private static bool Member(JsonElement owner, string member, out JsonElement value) =>
        owner.ValueKind == JsonValueKind.Object ? owner.TryGetProperty(member, out value) : throw new CodecException("expected an object");
}
