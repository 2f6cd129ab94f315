using System.Data.Common;
using System.Diagnostics;
using Bundler.Ethereum.Primitives;

namespace Bundler.Storage;

/// <summary>A prepared statement: values are put into <c>$1</c>, <c>$2</c> … in order, then it runs, then it can be used again.</summary>
internal sealed class SqlStatement(DbCommand command, IDialect dialect, UnreadableRows unreadable) : IAsyncDisposable
{
    private int _bound;

    public SqlStatement With(Hash32 value) => Bind(value.Span.ToArray());

    public SqlStatement With(Hash32? value) => Bind(value?.Span.ToArray());

    public SqlStatement With(Address value) => Bind(value.Span.ToArray());

    public SqlStatement With(Address? value) => Bind(value?.Span.ToArray());

    public SqlStatement With(Bytes value) => Bind(value.ToArray());

    public SqlStatement With(Bytes? value) => Bind(value?.ToArray());

    public SqlStatement With(Guid value) => Bind(value.ToByteArray(bigEndian: true));

    public SqlStatement With(long value) => Bind(value);

    /// <summary>Keeps the 64 bits; the database orders numbers rightly below 2^63.</summary>
    public SqlStatement With(ulong value) => Bind(unchecked((long)value));

    public SqlStatement With(long? value) => Bind(value);

    public SqlStatement With(bool value) => Bind(value ? 1L : 0L);

    public SqlStatement With(string? value) => Bind(value);

    public SqlStatement With(DateTimeOffset value) => Bind((value - DateTimeOffset.UnixEpoch).Ticks);

    public SqlStatement With(DateTimeOffset? value) => Bind((value - DateTimeOffset.UnixEpoch)?.Ticks);

    /// <summary>32 bytes, big-endian: the database orders them as numbers.</summary>
    public SqlStatement With(UInt256 value)
    {
        byte[] word = new byte[Hash32.Size];
        value.WriteBigEndian(word);
        return Bind(word);
    }

    public SqlStatement With(UInt256? value) => value is { } number ? With(number) : Bind(null);

    /// <summary>One after the other, 32 bytes each.</summary>
    public SqlStatement With(IReadOnlyList<Hash32> values)
    {
        byte[] joined = new byte[values.Count * Hash32.Size];
        for (int i = 0; i < values.Count; i++)
        {
            values[i].Span.CopyTo(joined.AsSpan(i * Hash32.Size));
        }

        return Bind(joined);
    }

    /// <summary>Starts anew at <c>$1</c>, whatever an earlier use left.</summary>
    public SqlStatement Rewind()
    {
        _bound = 0;
        return this;
    }

    public async Task<int> ExecuteAsync(CancellationToken cancellationToken)
    {
        AssertBound();
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The rows that can be read; the others stay where they are, and are told.</summary>
    public async Task<IReadOnlyList<T>> ReadAllAsync<T>(Func<SqlRow, T> map, CancellationToken cancellationToken)
    {
        AssertBound();
        await using DbDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        List<T> rows = [];
        int failed = 0;
        while (await reader.ReadAsync(cancellationToken))
        {
            if (TryMap(reader, map, out T? row))
            {
                rows.Add(row!);
            }
            else
            {
                failed++;
            }
        }

        unreadable.Tell(command.CommandText, failed);
        return rows;
    }

    /// <summary>The first row that can be read, or <c>default</c>.</summary>
    public async Task<T?> ReadFirstAsync<T>(Func<SqlRow, T> map, CancellationToken cancellationToken)
    {
        AssertBound();
        await using DbDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        int failed = 0;
        T? row = default;
        while (await reader.ReadAsync(cancellationToken) && !TryMap(reader, map, out row))
        {
            failed++;
        }

        unreadable.Tell(command.CommandText, failed);
        return row;
    }

    public ValueTask DisposeAsync() => command.DisposeAsync();

    private static bool TryMap<T>(DbDataReader reader, Func<SqlRow, T> map, out T? row)
    {
        try
        {
            row = map(new SqlRow(reader));
            return true;
        }
        catch (Exception fault) when (fault is ArgumentException or InvalidCastException or FormatException or InvalidOperationException or CodecException)
        {
            row = default;
            return false;
        }
    }

    private SqlStatement Bind(object? value)
    {
        if (command.Parameters.Count == _bound)
        {
            dialect.AddParameter(command, _bound + 1);
        }

        command.Parameters[_bound++].Value = value ?? DBNull.Value;
        return this;
    }

    private void AssertBound() => Debug.Assert(_bound == command.Parameters.Count, "a statement always gets as many values as before");
}
