using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Bundler.Ethereum.Primitives;

/// <summary>32 bytes: a hash, a storage slot or value, a <c>bytes32</c>.</summary>
public readonly struct Hash32 : IEquatable<Hash32>, IComparable<Hash32>
{
    public const int Size = Hash32Bytes.Size;

    private readonly Hash32Bytes _bytes;

    /// <summary>Exactly 32 bytes.</summary>
    public Hash32(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != Size)
        {
            throw new CodecException($"expected 32 bytes, got {bytes.Length}");
        }

        bytes.CopyTo(_bytes);
    }

    public static Hash32 Zero => default;

    [UnscopedRef]
    public ReadOnlySpan<byte> Span => _bytes;

    public bool IsZero => Span.IndexOfAnyExcept((byte)0) < 0;

    /// <exception cref="CodecException">Not 0x and 64 hex digits.</exception>
    public static Hash32 Parse(ReadOnlySpan<char> text)
    {
        Span<byte> bytes = stackalloc byte[Size];
        Hex.DecodeExactly(text, bytes);
        return new Hash32(bytes);
    }

    /// <summary>The big-endian bytes of a number.</summary>
    public static Hash32 From(UInt256 value)
    {
        Span<byte> bytes = stackalloc byte[Size];
        value.WriteBigEndian(bytes);
        return new Hash32(bytes);
    }

    public UInt256 ToUInt256() => UInt256.FromBigEndian(Span);

    public Bytes ToBytes() => Bytes.From(Span);

    public bool Equals(Hash32 other) => Span.SequenceEqual(other.Span);

    public override bool Equals([NotNullWhen(true)] object? obj) => obj is Hash32 other && Equals(other);

    // Seeded for each process: whoever chooses slots must not be able to choose their buckets.
    public override int GetHashCode() => HashCode.Combine(
        BinaryPrimitives.ReadUInt64LittleEndian(Span),
        BinaryPrimitives.ReadUInt64LittleEndian(Span[8..]),
        BinaryPrimitives.ReadUInt64LittleEndian(Span[16..]),
        BinaryPrimitives.ReadUInt64LittleEndian(Span[24..]));

    public int CompareTo(Hash32 other) => Span.SequenceCompareTo(other.Span);

    public static bool operator ==(Hash32 left, Hash32 right) => left.Equals(right);

    public static bool operator !=(Hash32 left, Hash32 right) => !left.Equals(right);

    public static bool operator <(Hash32 left, Hash32 right) => left.CompareTo(right) < 0;

    public static bool operator >(Hash32 left, Hash32 right) => left.CompareTo(right) > 0;

    public static bool operator <=(Hash32 left, Hash32 right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Hash32 left, Hash32 right) => left.CompareTo(right) >= 0;

    /// <summary>DATA text, lower case.</summary>
    public override string ToString() => Hex.Encode(Span);
}
