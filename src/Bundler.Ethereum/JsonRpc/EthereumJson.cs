using System.Runtime.InteropServices;
using System.Text.Json;
using Bundler.Ethereum.Primitives;

namespace Bundler.Ethereum.JsonRpc;

/// <summary>Ethereum's values in a node's JSON: read leniently on leading zeros, with the path to the fault; written strictly.</summary>
public static class EthereumJson
{
    /// <summary>Levels of JSON that a node's answer may have: a trace nests two for each call, and the EVM calls 1024 deep.</summary>
    public const int MaxDepth = 4096;

    private const int HexPrefix = 2;

    /// <exception cref="CodecException">Not hex text of at most 256 bits.</exception>
    public static UInt256 ReadQuantity(JsonElement value) => UInt256.ParseHex(ReadString(value));

    /// <exception cref="CodecException">Not hex text of at most 64 bits.</exception>
    public static ulong ReadUInt64(JsonElement value)
    {
        UInt256 number = ReadQuantity(value);
        return number.FitsUInt64 ? (ulong)number : throw new CodecException("quantity exceeds 64 bits");
    }

    /// <exception cref="CodecException">Not hex data.</exception>
    public static Bytes ReadBytes(JsonElement value) => ReadBytes(value, int.MaxValue);

    /// <summary>The first bytes of hex data, and no more of them than <paramref name="most"/>: the text itself may be megabytes long.</summary>
    /// <exception cref="CodecException">Not hex data.</exception>
    public static Bytes ReadBytes(JsonElement value, int most)
    {
        ReadOnlySpan<byte> text = value.ValueKind == JsonValueKind.String ? JsonMarshal.GetRawUtf8Value(value)[1..^1] : throw Expected("a string", value);
        return Hex.DecodeUtf8(text.Length - HexPrefix > most * 2L ? text[..(HexPrefix + most * 2)] : text);
    }

    /// <exception cref="CodecException">Not 20 bytes of hex data.</exception>
    public static Address ReadAddress(JsonElement value) => Address.Parse(ReadString(value));

    /// <exception cref="CodecException">Not 32 bytes of hex data.</exception>
    public static Hash32 ReadHash(JsonElement value) => Hash32.Parse(ReadString(value));

    /// <exception cref="CodecException">Not a boolean.</exception>
    public static bool ReadBoolean(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Expected("a boolean", value),
    };

    /// <exception cref="CodecException">Not a text.</exception>
    public static string ReadString(JsonElement value) =>
        value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Expected("a string", value);

    /// <summary>Every element of an array.</summary>
    /// <exception cref="CodecException">Not an array, or an element is malformed; the path has its index.</exception>
    public static IReadOnlyList<T> ReadArray<T>(JsonElement value, Func<JsonElement, T> readElement)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            throw Expected("an array", value);
        }

        T[] elements = new T[value.GetArrayLength()];
        int i = 0;
        foreach (JsonElement element in value.EnumerateArray())
        {
            elements[i] = Read(element, $"[{i}]", readElement);
            i++;
        }

        return elements;
    }

    /// <summary>A property that must be there.</summary>
    /// <exception cref="CodecException">Absent, null or malformed; the path has its name.</exception>
    public static T Required<T>(this JsonElement parent, string name, Func<JsonElement, T> read) =>
        Find(parent, name) is { } found ? Read(found, name, read) : throw new CodecException(name, "is missing");

    /// <summary>A property that may be absent or null, of a value type.</summary>
    /// <exception cref="CodecException">Malformed; the path has its name.</exception>
    public static T? Optional<T>(this JsonElement parent, string name, Func<JsonElement, T> read)
        where T : struct =>
        Find(parent, name) is { } found ? Read(found, name, read) : null;

    /// <summary>An array that may be absent or null, and is empty then.</summary>
    /// <exception cref="CodecException">Malformed; the path has its name and the index.</exception>
    public static IReadOnlyList<T> OptionalArray<T>(this JsonElement parent, string name, Func<JsonElement, T> readElement) =>
        Find(parent, name) is { } found ? Read(found, name, array => ReadArray(array, readElement)) : [];

    /// <summary>Reads a value and puts its place before the path of any fault.</summary>
    public static T Read<T>(JsonElement value, string place, Func<JsonElement, T> read)
    {
        try
        {
            return read(value);
        }
        catch (CodecException fault)
        {
            throw fault.Within(place);
        }
    }

    public static void WriteQuantity(this Utf8JsonWriter writer, string name, UInt256 value) => writer.WriteString(name, value.ToQuantity());

    public static void WriteAddress(this Utf8JsonWriter writer, string name, Address value) => writer.WriteString(name, value.ToLowerHex());

    public static void WriteHash(this Utf8JsonWriter writer, string name, Hash32 value) => writer.WriteString(name, value.ToString());

    public static void WriteBytes(this Utf8JsonWriter writer, string name, Bytes value) => writer.WriteString(name, value.ToString());

    public static void WriteQuantityValue(this Utf8JsonWriter writer, UInt256 value) => writer.WriteStringValue(value.ToQuantity());

    public static void WriteAddressValue(this Utf8JsonWriter writer, Address value) => writer.WriteStringValue(value.ToLowerHex());

    public static void WriteHashValue(this Utf8JsonWriter writer, Hash32 value) => writer.WriteStringValue(value.ToString());

    public static void WriteBytesValue(this Utf8JsonWriter writer, Bytes value) => writer.WriteStringValue(value.ToString());

    private static JsonElement? Find(JsonElement parent, string name) =>
        parent.ValueKind != JsonValueKind.Object ? throw Expected("an object", parent)
        : parent.TryGetProperty(name, out JsonElement found) && found.ValueKind != JsonValueKind.Null ? found
        : null;

    private static CodecException Expected(string what, JsonElement value) =>
        new(value.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined ? $"expected {what}, got nothing" : $"expected {what}, got a JSON {value.ValueKind}");
}
