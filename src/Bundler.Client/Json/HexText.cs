using System.Numerics;
using Nethereum.Hex.HexConvertors.Extensions;
using Nethereum.Hex.HexTypes;

namespace Bundler.Client.Json;

/// <summary>Addresses, data and quantities between their hex text and bytes.</summary>
internal static class HexText
{
    public const int AddressBytes = 20;
    public const int WordBytes = 32;
    private const string Prefix = "0x";

    public static byte[] Bytes(string hex) => hex.HexToByteArray();

    public static string Of(byte[] bytes) => bytes.ToHex(prefix: true);

    /// <summary>A quantity as JSON-RPC has it: no leading zeros.</summary>
    public static string Quantity(BigInteger value) => value.Sign >= 0
        ? new HexBigInteger(value).HexValue
        : throw new FormatException($"a quantity is not negative, this is {value}");

    /// <summary>A number as 32 bytes.</summary>
    public static byte[] Word(BigInteger value) => Padded(value, WordBytes);

    /// <summary>A number as so many bytes, big end first.</summary>
    /// <exception cref="FormatException">It has more.</exception>
    public static byte[] Padded(BigInteger value, int size)
    {
        byte[] digits = value.ToByteArray(isUnsigned: true, isBigEndian: true);
        if (digits.Length > size)
        {
            throw new FormatException($"{value} does not fit {size} bytes");
        }

        byte[] padded = new byte[size];
        digits.CopyTo(padded, size - digits.Length);
        return padded;
    }

    /// <summary>The bytes of both, one behind the other.</summary>
    public static string Join(string first, string second) => first + (second.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) ? second[Prefix.Length..] : second);

    /// <summary>The first 20 bytes, and the rest.</summary>
    /// <exception cref="FormatException">There are fewer.</exception>
    public static (string Address, string Data) SplitAddress(string joined)
    {
        const int end = 2 + (2 * AddressBytes);
        return joined.Length >= end ? (joined[..end], Prefix + joined[end..]) : throw new FormatException($"'{joined}' does not begin with an address");
    }

    /// <summary>Whether two texts are the same bytes.</summary>
    public static bool Same(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
