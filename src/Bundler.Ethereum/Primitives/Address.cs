using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Bundler.Ethereum.Crypto;

namespace Bundler.Ethereum.Primitives;

/// <summary>20 bytes: an account or a contract. Text is written with the EIP-55 checksum and read in any case.</summary>
public readonly struct Address : IEquatable<Address>, IComparable<Address>
{
    public const int Size = AddressBytes.Size;

    private readonly AddressBytes _bytes;

    /// <summary>Exactly 20 bytes.</summary>
    public Address(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size)
        {
            throw new CodecException($"expected 20 bytes, got {bytes.Length}");
        }

        bytes.CopyTo(_bytes);
    }

    public static Address Zero => default;

    [UnscopedRef]
    public ReadOnlySpan<byte> Span => _bytes;

    public bool IsZero => Span.IndexOfAnyExcept((byte)0) < 0;

    /// <summary>0x and 40 hex digits; the case of the digits is not judged.</summary>
    /// <exception cref="CodecException">Anything else.</exception>
    public static Address Parse(ReadOnlySpan<char> text)
    {
        Span<byte> bytes = stackalloc byte[Size];
        Hex.DecodeExactly(text, bytes);
        return new Address(bytes);
    }

    /// <summary>As <see cref="Parse"/>, and mixed case must be the right EIP-55 checksum.</summary>
    /// <exception cref="CodecException">Malformed, or a wrong checksum.</exception>
    public static Address ParseChecksummed(ReadOnlySpan<char> text)
    {
        Address address = Parse(text);
        ReadOnlySpan<char> digits = text[2..];
        bool mixed = digits.IndexOfAnyInRange('a', 'f') >= 0 && digits.IndexOfAnyInRange('A', 'F') >= 0;
        return mixed && !text.SequenceEqual(address.ToString())
            ? throw new CodecException($"address checksum is wrong, expected {address}")
            : address;
    }

    /// <summary>The lower 20 bytes of a word.</summary>
    public static Address FromWord(ReadOnlySpan<byte> word) => new(word[^Size..]);

    public Bytes ToBytes() => Bytes.From(Span);

    /// <summary>The address as a word, padded on the left.</summary>
    public Hash32 ToWord()
    {
        Span<byte> word = stackalloc byte[Hash32.Size];
        word.Clear();
        Span.CopyTo(word[12..]);
        return new Hash32(word);
    }

    public bool Equals(Address other) => Span.SequenceEqual(other.Span);

    public override bool Equals([NotNullWhen(true)] object? obj) => obj is Address other && Equals(other);

    // Seeded for each process: whoever chooses addresses must not be able to choose their buckets.
    public override int GetHashCode() => HashCode.Combine(
        BinaryPrimitives.ReadUInt64LittleEndian(Span),
        BinaryPrimitives.ReadUInt64LittleEndian(Span[8..]),
        BinaryPrimitives.ReadUInt32LittleEndian(Span[16..]));

    public int CompareTo(Address other) => Span.SequenceCompareTo(other.Span);

    public static bool operator ==(Address left, Address right) => left.Equals(right);

    public static bool operator !=(Address left, Address right) => !left.Equals(right);

    public static bool operator <(Address left, Address right) => left.CompareTo(right) < 0;

    public static bool operator >(Address left, Address right) => left.CompareTo(right) > 0;

    public static bool operator <=(Address left, Address right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Address left, Address right) => left.CompareTo(right) >= 0;

    /// <summary>0x and 40 digits in lower case, as nodes write it.</summary>
    public string ToLowerHex() => Hex.Encode(Span);

    /// <summary>EIP-55: the checksum lies in the case of the letters.</summary>
    public override string ToString()
    {
        string lower = Convert.ToHexStringLower(Span);
        Span<byte> ascii = stackalloc byte[Size * 2];
        System.Text.Encoding.ASCII.GetBytes(lower, ascii);
        Hash32 hash = Keccak256.Hash(ascii);
        Span<char> text = stackalloc char[2 + Size * 2];
        text[0] = '0';
        text[1] = 'x';
        for (int i = 0; i < lower.Length; i++)
        {
            int nibble = (i % 2 == 0 ? hash.Span[i / 2] >> 4 : hash.Span[i / 2]) & 0xf;
            text[i + 2] = nibble >= 8 ? char.ToUpperInvariant(lower[i]) : lower[i];
        }

        return new string(text);
    }
}
