using System.Text.Json;
using Bundler.Ethereum.Primitives;

namespace Bundler.Ethereum.JsonRpc;

/// <summary>Reads one value where <paramref name="reader"/> stands, and leaves it at the value's last token.</summary>
public delegate T ReadUtf8<out T>(ref Utf8JsonReader reader);

/// <summary>Ethereum's values straight from the text of a node's answer, without a string in between; as lenient as <see cref="EthereumJson"/>.</summary>
public static class Utf8Values
{
    private const int PrefixLength = 2;
    private const int WordDigits = Hash32.Size * 2;

    /// <exception cref="CodecException">Not an object.</exception>
    public static void EnterObject(this ref Utf8JsonReader reader) => reader.Expect(JsonTokenType.StartObject, "an object");

    /// <summary>To the name of the next property; false at the end of the object. What was read of the last one must be read to its end.</summary>
    public static bool NextProperty(this ref Utf8JsonReader reader) => reader.Read() && reader.TokenType == JsonTokenType.PropertyName;

    /// <summary>From a property's name to its value; false, and nothing to read, when that is null.</summary>
    public static bool ToValue(this ref Utf8JsonReader reader) => reader.Read() && reader.TokenType != JsonTokenType.Null;

    /// <summary>20 bytes of hex data, a value or a property's name.</summary>
    /// <param name="reader">Stands at the text.</param>
    /// <param name="bare">The text has no 0x.</param>
    /// <exception cref="CodecException">Anything else.</exception>
    public static Address ReadAddress(this ref Utf8JsonReader reader, bool bare = false)
    {
        Span<char> text = stackalloc char[PrefixLength + WordDigits];
        return Address.Parse(text[..reader.Copy(text, bare)]);
    }

    /// <summary>32 bytes of hex data, a value or a property's name.</summary>
    /// <param name="reader">Stands at the text.</param>
    /// <param name="bare">The text has no 0x.</param>
    /// <exception cref="CodecException">Anything else.</exception>
    public static Hash32 ReadHash(this ref Utf8JsonReader reader, bool bare = false)
    {
        Span<char> text = stackalloc char[PrefixLength + WordDigits];
        return Hash32.Parse(text[..reader.Copy(text, bare)]);
    }

    /// <exception cref="CodecException">Not hex text of at most 256 bits.</exception>
    public static UInt256 ReadQuantity(this ref Utf8JsonReader reader)
    {
        Span<char> text = stackalloc char[PrefixLength + WordDigits];
        return UInt256.ParseHex(text[..reader.Copy(text, bare: false)]);
    }

    /// <exception cref="CodecException">Not hex text of at most 64 bits.</exception>
    public static ulong ReadUInt64(this ref Utf8JsonReader reader)
    {
        UInt256 number = reader.ReadQuantity();
        return number.FitsUInt64 ? (ulong)number : throw new CodecException("quantity exceeds 64 bits");
    }

    /// <summary>Hex data, and no more of it than <paramref name="most"/> bytes: the text itself may be megabytes long.</summary>
    /// <param name="reader">Stands at the text.</param>
    /// <param name="most">Bytes that are kept.</param>
    /// <param name="bare">The text has no 0x.</param>
    /// <exception cref="CodecException">Not hex data.</exception>
    public static Bytes ReadBytes(this ref Utf8JsonReader reader, int most = int.MaxValue, bool bare = false)
    {
        reader.ExpectText();
        ReadOnlySpan<byte> text = reader.ValueSpan;
        long longest = (bare ? 0 : PrefixLength) + most * 2L;
        return Hex.DecodeUtf8(text.Length > longest ? text[..(int)longest] : text, bare);
    }

    /// <exception cref="CodecException">Not a boolean.</exception>
    public static bool ReadBoolean(this ref Utf8JsonReader reader) =>
        reader.TokenType is JsonTokenType.True or JsonTokenType.False ? reader.GetBoolean() : throw Expected("a boolean", reader.TokenType);

    /// <exception cref="CodecException">Not a text.</exception>
    public static string ReadString(this ref Utf8JsonReader reader)
    {
        reader.ExpectText();
        return reader.GetString()!;
    }

    /// <exception cref="CodecException">Not a whole number, or above what an int holds.</exception>
    public static int ReadInt32(this ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out int number) ? number : throw Expected("a small number", reader.TokenType);

    /// <exception cref="CodecException">Not a whole number, or above 64 bits.</exception>
    public static ulong ReadNumber(this ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetUInt64(out ulong number) ? number : throw Expected("a number", reader.TokenType);

    /// <exception cref="CodecException">Not an array, or an element is malformed.</exception>
    public static IReadOnlyList<T> ReadArray<T>(this ref Utf8JsonReader reader, ReadUtf8<T> element)
    {
        reader.Expect(JsonTokenType.StartArray, "an array");
        List<T>? elements = null;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            (elements ??= []).Add(element(ref reader));
        }

        return elements ?? (IReadOnlyList<T>)[];
    }

    /// <summary>The properties of an object whose names are data; <c>null</c> when it has none that <paramref name="keep"/> wants.</summary>
    /// <exception cref="CodecException">Not an object, or a name or value is malformed.</exception>
    public static Dictionary<TKey, TValue>? ReadTable<TKey, TValue>(
        this ref Utf8JsonReader reader, ReadUtf8<TKey> key, ReadUtf8<TValue> value, Func<TKey, bool>? keep = null)
        where TKey : notnull
    {
        reader.EnterObject();
        Dictionary<TKey, TValue>? table = null;
        while (reader.NextProperty())
        {
            TKey name = key(ref reader);
            if (!reader.ToValue())
            {
                throw Expected("a value", JsonTokenType.Null);
            }

            TValue found = value(ref reader);
            if (keep is null || keep(name))
            {
                (table ??= [])[name] = found;
            }
        }

        return table;
    }

    /// <summary>Puts the text into <paramref name="buffer"/>, always with 0x, and says how long it is.</summary>
    private static int Copy(this scoped ref Utf8JsonReader reader, scoped Span<char> buffer, bool bare)
    {
        int start = bare ? PrefixLength : 0;
        reader.ExpectText();
        if (reader.ValueSpan.Length > buffer.Length - start)
        {
            throw new CodecException($"expected at most {WordDigits} hex digits, got {reader.ValueSpan.Length}");
        }

        "0x".CopyTo(buffer);
        return start + reader.CopyString(buffer[start..]);
    }

    private static void ExpectText(this scoped ref Utf8JsonReader reader)
    {
        if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName))
        {
            throw Expected("a string", reader.TokenType);
        }
    }

    private static void Expect(this ref Utf8JsonReader reader, JsonTokenType wanted, string what)
    {
        if (reader.TokenType != wanted)
        {
            throw Expected(what, reader.TokenType);
        }
    }

    private static CodecException Expected(string what, JsonTokenType got) =>
        new(got is JsonTokenType.Null or JsonTokenType.None ? $"expected {what}, got nothing" : $"expected {what}, got a JSON {got}");
}
