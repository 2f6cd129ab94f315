using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace Bundler.Paymaster.Ledger;

/// <summary>The 16 bytes that name a grant in the ledger and, for our own contracts, in the paymaster's data and its events; never zero.</summary>
/// <param name="Value">The bytes, big-endian.</param>
public readonly record struct GrantId(UInt128 Value)
{
    /// <summary>Bytes of an id.</summary>
    public const int Size = 16;

    /// <summary>One that nobody can foresee.</summary>
    public static GrantId Random()
    {
        Span<byte> bytes = stackalloc byte[Size];
        do
        {
            RandomNumberGenerator.Fill(bytes);
        }
        while (bytes.IndexOfAnyExcept((byte)0) < 0);

        return From(bytes);
    }

    /// <summary>Exactly 16 bytes.</summary>
    /// <exception cref="ArgumentException">Another number of bytes.</exception>
    public static GrantId From(ReadOnlySpan<byte> bytes) => bytes.Length == Size
        ? new GrantId(BinaryPrimitives.ReadUInt128BigEndian(bytes))
        : throw new ArgumentException($"a grant id has {Size} bytes, not {bytes.Length}", nameof(bytes));

    /// <summary>Reads DATA text; <c>null</c>: it is none.</summary>
    public static GrantId? TryParse(string? text) =>
        text is { Length: 2 + 2 * Size } && text.StartsWith("0x", StringComparison.Ordinal)
        && UInt128.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out UInt128 value)
            ? new GrantId(value)
            : null;

    /// <summary>Writes 16 bytes.</summary>
    public void Write(Span<byte> bytes) => BinaryPrimitives.WriteUInt128BigEndian(bytes, Value);

    /// <summary>DATA text: 0x and 32 digits.</summary>
    public override string ToString() => "0x" + Value.ToString("x32", CultureInfo.InvariantCulture);
}
