using System.Diagnostics.CodeAnalysis;

namespace Bundler.Ethereum.Primitives;

/// <summary>An immutable byte string with value equality; <c>default</c> is the empty one.</summary>
public readonly struct Bytes : IEquatable<Bytes>
{
    private readonly byte[]? _bytes;

    private Bytes(byte[] owned) => _bytes = owned;

    public static Bytes Empty => default;

    public int Length => _bytes?.Length ?? 0;

    public bool IsEmpty => Length == 0;

    public ReadOnlySpan<byte> Span => _bytes;

    public ReadOnlyMemory<byte> Memory => _bytes;

    public byte this[int index] => Span[index];

    /// <summary>A copy of <paramref name="source"/>.</summary>
    public static Bytes From(ReadOnlySpan<byte> source) => source.IsEmpty ? default : new Bytes(source.ToArray());

    /// <summary>Takes over an array that nobody else writes to.</summary>
    public static Bytes Own(byte[] bytes) => new(bytes);

    /// <summary>DATA text to bytes.</summary>
    /// <exception cref="CodecException">Not strict hex data.</exception>
    public static Bytes Parse(ReadOnlySpan<char> text) => new(Hex.Decode(text));

    /// <summary>All parts, one after the other.</summary>
    public static Bytes Concat(params ReadOnlySpan<Bytes> parts)
    {
        int length = 0;
        foreach (Bytes part in parts)
        {
            length += part.Length;
        }

        byte[] joined = new byte[length];
        int at = 0;
        foreach (Bytes part in parts)
        {
            part.Span.CopyTo(joined.AsSpan(at));
            at += part.Length;
        }

        return new Bytes(joined);
    }

    public Bytes Slice(int start) => From(Span[start..]);

    public Bytes Slice(int start, int length) => From(Span.Slice(start, length));

    public byte[] ToArray() => Span.ToArray();

    public bool Equals(Bytes other) => Span.SequenceEqual(other.Span);

    public override bool Equals([NotNullWhen(true)] object? obj) => obj is Bytes other && Equals(other);

    public override int GetHashCode()
    {
        HashCode hash = default;
        hash.AddBytes(Span);
        return hash.ToHashCode();
    }

    public static bool operator ==(Bytes left, Bytes right) => left.Equals(right);

    public static bool operator !=(Bytes left, Bytes right) => !left.Equals(right);

    public static implicit operator ReadOnlySpan<byte>(Bytes bytes) => bytes.Span;

    /// <summary>DATA text.</summary>
    public override string ToString() => Hex.Encode(Span);
}
