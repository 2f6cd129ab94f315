using System.Globalization;

namespace Bundler.Ethereum.Primitives;

/// <summary>The 0x codec of the Ethereum JSON-RPC: DATA (even digits, any length) and QUANTITY (no leading zeros), both strict.</summary>
public static class Hex
{
    /// <summary>DATA: <c>0x</c> and two lower-case digits for each byte.</summary>
    public static string Encode(ReadOnlySpan<byte> bytes) =>
        bytes.IsEmpty
            ? "0x"
            : string.Create(2 + bytes.Length * 2, bytes, static (span, source) =>
            {
                span[0] = '0';
                span[1] = 'x';
                Convert.TryToHexStringLower(source, span[2..], out _);
            });

    /// <summary>DATA to bytes.</summary>
    /// <exception cref="CodecException">No 0x prefix, an odd number of digits, or something that is not a digit.</exception>
    public static byte[] Decode(ReadOnlySpan<char> text)
    {
        ReadOnlySpan<char> digits = Digits(text);
        if (digits.Length % 2 != 0)
        {
            throw OddDigits();
        }

        byte[] bytes = new byte[digits.Length / 2];
        if (Convert.FromHexString(digits, bytes, out _, out _) != System.Buffers.OperationStatus.Done)
        {
            throw NoDigit();
        }

        return bytes;
    }

    /// <summary>DATA as a document has it, to bytes.</summary>
    /// <param name="text">The text without its quotes.</param>
    /// <param name="bare">It has no 0x.</param>
    /// <exception cref="CodecException">As <see cref="Decode"/>.</exception>
    internal static Bytes DecodeUtf8(ReadOnlySpan<byte> text, bool bare = false)
    {
        ReadOnlySpan<byte> digits = bare ? text : text.StartsWith("0x"u8) ? text[2..] : throw NoPrefix();
        if (digits.Length % 2 != 0)
        {
            throw OddDigits();
        }

        byte[] bytes = digits.IsEmpty ? [] : new byte[digits.Length / 2];
        return Convert.FromHexString(digits, bytes, out _, out _) == System.Buffers.OperationStatus.Done ? Bytes.Own(bytes) : throw NoDigit();
    }

    /// <summary>DATA of an exact length, into <paramref name="destination"/>.</summary>
    /// <exception cref="CodecException">As <see cref="Decode"/>, or another length.</exception>
    public static void DecodeExactly(ReadOnlySpan<char> text, Span<byte> destination)
    {
        ReadOnlySpan<char> digits = Digits(text);
        if (digits.Length != destination.Length * 2)
        {
            throw new CodecException($"expected {destination.Length} bytes of hex data, got {digits.Length} digits");
        }

        if (Convert.FromHexString(digits, destination, out _, out _) != System.Buffers.OperationStatus.Done)
        {
            throw NoDigit();
        }
    }

    /// <summary>QUANTITY: <c>0x0</c>, or <c>0x</c> and digits without a leading zero.</summary>
    public static string EncodeQuantity(ulong value) => "0x" + value.ToString("x", CultureInfo.InvariantCulture);

    /// <summary>A QUANTITY of at most 64 bits.</summary>
    /// <exception cref="CodecException">Not canonical, or too large.</exception>
    public static ulong DecodeQuantity(ReadOnlySpan<char> text)
    {
        UInt256 value = UInt256.ParseQuantity(text);
        return value.FitsUInt64 ? (ulong)value : throw new CodecException("quantity exceeds 64 bits");
    }

    internal static ReadOnlySpan<char> Digits(ReadOnlySpan<char> text) =>
        text.StartsWith("0x", StringComparison.Ordinal)
            ? text[2..]
            : throw NoPrefix();

    private static CodecException NoPrefix() => new("hex must start with 0x");

    private static CodecException OddDigits() => new("hex data has an odd number of digits");

    private static CodecException NoDigit() => new("hex data has a character that is not a hex digit");
}
