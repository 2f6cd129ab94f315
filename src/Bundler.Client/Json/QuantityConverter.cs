using System.Globalization;
using System.Numerics;
using Newtonsoft.Json;

namespace Bundler.Client.Json;

/// <summary>Quantities: written as hex without leading zeros, read also from decimal text and JSON numbers, as some bundlers write them.</summary>
internal sealed class QuantityConverter : JsonConverter
{
    /// <inheritdoc/>
    public override bool CanConvert(Type objectType) => objectType == typeof(BigInteger) || objectType == typeof(BigInteger?);

    /// <inheritdoc/>
    public override object? ReadJson(JsonReader reader, Type objectType, object? existingValue, JsonSerializer serializer) => reader.Value switch
    {
        null when objectType == typeof(BigInteger?) => null,
        string text => Parse(text),
        BigInteger value => value,
        long value => new BigInteger(value),
        _ => throw new JsonSerializationException($"{reader.Path}: expected a quantity, got {reader.TokenType}"),
    };

    /// <inheritdoc/>
    public override void WriteJson(JsonWriter writer, object? value, JsonSerializer serializer)
    {
        if (value is BigInteger quantity)
        {
            writer.WriteValue(HexText.Quantity(quantity));
        }
        else
        {
            writer.WriteNull();
        }
    }

    /// <summary>Hex with 0x, or decimal digits.</summary>
    /// <exception cref="JsonSerializationException">It is neither.</exception>
    public static BigInteger Parse(string text)
    {
        bool hex = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        // The zero in front keeps the first digit from being read as a sign.
        return BigInteger.TryParse(
            hex ? $"0{text.AsSpan(2)}" : text, hex ? NumberStyles.AllowHexSpecifier : NumberStyles.None, CultureInfo.InvariantCulture, out BigInteger value)
            ? value
            : throw new JsonSerializationException($"'{text}' is no quantity");
    }
}
