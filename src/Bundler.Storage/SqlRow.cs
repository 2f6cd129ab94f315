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

    public UInt256 UInt256(int column) => Ethereum.Primitives.UInt256.FromBigEndian(reader.GetFieldValue<byte[]>(column));

    public Guid Guid(int column) => new(reader.GetFieldValue<byte[]>(column), bigEndian: true);

    public long Int64(int column) => reader.GetInt64(column);

    public long? Int64OrNull(int column) => reader.IsDBNull(column) ? null : reader.GetInt64(column);

    public ulong UInt64(int column) => unchecked((ulong)reader.GetInt64(column));

    public bool Bool(int column) => reader.GetInt64(column) != 0;

    public string? TextOrNull(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    public DateTimeOffset Time(int column) => DateTimeOffset.UnixEpoch.AddTicks(reader.GetInt64(column));

    public DateTimeOffset? TimeOrNull(int column) => reader.IsDBNull(column) ? null : Time(column);

    /// <summary>32-byte hashes, one after the other.</summary>
    public IReadOnlyList<Hash32> Hashes(int column)
    {
        ReadOnlySpan<byte> joined = reader.GetFieldValue<byte[]>(column);
        Hash32[] hashes = new Hash32[joined.Length / Hash32.Size];
        for (int i = 0; i < hashes.Length; i++)
        {
            hashes[i] = new Hash32(joined.Slice(i * Hash32.Size, Hash32.Size));
        }

        return hashes;
    }
}
