using System.Data.Common;
using System.Diagnostics;
using Bundler.Ethereum.Primitives;

namespace Bundler.Storage;

/// <summary>A prepared statement: values are put into <c>$1</c>, <c>$2</c> … in order, then it runs, then it can be used again.</summary>
internal sealed class SqlStatement(DbCommand command, IDialect dialect) : IAsyncDisposable
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

    public async Task<IReadOnlyList<T>> ReadAllAsync<T>(Func<SqlRow, T> map, CancellationToken cancellationToken)
    {
        AssertBound();
        await using DbDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        List<T> rows = [];
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(map(new SqlRow(reader)));
        }

        return rows;
    }

    /// <summary>The rows that can be read, and how many cannot: those stay where they are.</summary>
    public async Task<(IReadOnlyList<T> Rows, int Unreadable)> ReadReadableAsync<T>(Func<SqlRow, T> map, CancellationToken cancellationToken)
    {
        AssertBound();
        await using DbDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        List<T> rows = [];
        int unreadable = 0;
        while (await reader.ReadAsync(cancellationToken))
        {
            try
            {
                rows.Add(map(new SqlRow(reader)));
            }
            catch (Exception fault) when (fault is ArgumentException or InvalidCastException or FormatException or InvalidOperationException)
            {
                unreadable++;
            }
        }

        return (rows, unreadable);
    }

    /// <summary>The first row, or <c>default</c>.</summary>
    public async Task<T?> ReadFirstAsync<T>(Func<SqlRow, T> map, CancellationToken cancellationToken)
    {
        AssertBound();
        await using DbDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? map(new SqlRow(reader)) : default;
    }

    public ValueTask DisposeAsync() => command.DisposeAsync();

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
