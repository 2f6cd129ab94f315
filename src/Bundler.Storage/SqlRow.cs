using System.Data.Common;
using Bundler.Ethereum.Primitives;

namespace Bundler.Storage;

/// <summary>The row under a reader, as this project's types; columns count from 0.</summary>
internal readonly struct SqlRow(DbDataReader reader)
{
    public Hash32 Hash(int column) => new(reader.GetFieldValue<byte[]>(column));

    public Hash32? HashOrNull(int column) => reader.IsDBNull(column) ? null : Hash(column);

    public Address Address(int column) => new(reader.GetFieldValue<byte[]>(column));

    public Address? AddressOrNull(int column) => reader.IsDBNull(column) ? null : Address(column);

    public Bytes Bytes(int column) => Ethereum.Primitives.Bytes.Own(reader.GetFieldValue<byte[]>(column));

    public Bytes? BytesOrNull(int column) => reader.IsDBNull(column) ? null : Bytes(column);

    public UInt256 UInt256(int column) => Ethereum.Primitives.UInt256.FromBigEndian(new Hash32(reader.GetFieldValue<byte[]>(column)).Span);

    public Guid Guid(int column) => new(reader.GetFieldValue<byte[]>(column), bigEndian: true);

    // The value as it is: a database without strict types would make a number of any text, and one with them has constants of 32 bits.
    public long Int64(int column) => reader.GetValue(column) switch
    {
        long number => number,
        int number => number,
        _ => throw new InvalidCastException($"column {column} is no number"),
    };

    /// <summary>Only what has a name.</summary>
    public T Kind<T>(int column)
        where T : struct, Enum
    {
        T kind = (T)Enum.ToObject(typeof(T), Int64(column));
        return Enum.IsDefined(kind) ? kind : throw new CodecException($"{kind} is no {typeof(T).Name}");
    }

    public long? Int64OrNull(int column) => reader.IsDBNull(column) ? null : Int64(column);

    public ulong? UInt64OrNull(int column) => reader.IsDBNull(column) ? null : UInt64(column);

    public ulong UInt64(int column) => unchecked((ulong)Int64(column));

    public bool Bool(int column) => Int64(column) != 0;

    public string? TextOrNull(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    public DateTimeOffset Time(int column) => DateTimeOffset.UnixEpoch.AddTicks(Int64(column));

    public DateTimeOffset? TimeOrNull(int column) => reader.IsDBNull(column) ? null : Time(column);

    /// <summary>32-byte hashes, one after the other.</summary>
    public IReadOnlyList<Hash32> Hashes(int column)
    {
        ReadOnlySpan<byte> joined = reader.GetFieldValue<byte[]>(column);
        if (joined.Length % Hash32.Size != 0)
        {
            throw new CodecException($"{joined.Length} bytes are no hashes");
        }

        Hash32[] hashes = new Hash32[joined.Length / Hash32.Size];
        for (int i = 0; i < hashes.Length; i++)
        {
            hashes[i] = new Hash32(joined.Slice(i * Hash32.Size, Hash32.Size));
        }

        return hashes;
    }
}
