using Bundler.Ethereum.Primitives;

namespace Bundler.Storage;

/// <summary>Takes the values of a statement in the order of <c>$1</c>, <c>$2</c> …, in the form in which every database keeps them.</summary>
internal abstract class SqlValues<TSelf>
    where TSelf : SqlValues<TSelf>
{
    public TSelf With(Hash32 value) => Bind(value.Span.ToArray());

    public TSelf With(Hash32? value) => Bind(value?.Span.ToArray());

    public TSelf With(Address value) => Bind(value.Span.ToArray());

    public TSelf With(Address? value) => Bind(value?.Span.ToArray());

    public TSelf With(Bytes value) => Bind(value.ToArray());

    public TSelf With(Bytes? value) => Bind(value?.ToArray());

    public TSelf With(Guid value) => Bind(value.ToByteArray(bigEndian: true));

    public TSelf With(long value) => Bind(value);

    /// <summary>Keeps the 64 bits; the database orders numbers rightly below 2^63.</summary>
    public TSelf With(ulong value) => Bind(unchecked((long)value));

    public TSelf With(long? value) => Bind(value);

    public TSelf With(bool value) => Bind(value ? 1L : 0L);

    public TSelf With(string? value) => Bind(value);

    public TSelf With(DateTimeOffset value) => Bind((value - DateTimeOffset.UnixEpoch).Ticks);

    public TSelf With(DateTimeOffset? value) => Bind((value - DateTimeOffset.UnixEpoch)?.Ticks);

    /// <summary>32 bytes, big-endian: the database orders them as numbers.</summary>
    public TSelf With(UInt256 value)
    {
        byte[] word = new byte[Hash32.Size];
        value.WriteBigEndian(word);
        return Bind(word);
    }

    public TSelf With(UInt256? value) => value is { } number ? With(number) : Bind(null);

    /// <summary>One after the other, 32 bytes each.</summary>
    public TSelf With(IReadOnlyList<Hash32> values)
    {
        byte[] joined = new byte[values.Count * Hash32.Size];
        for (int i = 0; i < values.Count; i++)
        {
            values[i].Span.CopyTo(joined.AsSpan(i * Hash32.Size));
        }

        return Bind(joined);
    }

    /// <summary>The next value, as the database takes it.</summary>
    public abstract TSelf Bind(object? value);
}
