using System.Data.Common;
using System.Diagnostics;

namespace Bundler.Storage;

/// <summary>A prepared statement: values are put into <c>$1</c>, <c>$2</c> … in order, then it runs, then it can be used again.</summary>
internal sealed class SqlStatement(DbCommand command, IDialect dialect, UnreadableRows unreadable) : SqlValues<SqlStatement>, IAsyncDisposable
{
    private int _bound;

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
        return await SqlRows.ReadAllAsync(reader, command.CommandText, map, unreadable, cancellationToken);
    }

    /// <summary>Runs as a query whose values it has.</summary>
    public async Task TakeAsync(ISqlQuery query, CancellationToken cancellationToken)
    {
        AssertBound();
        await using DbDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        await query.TakeAsync(reader, unreadable, cancellationToken);
    }

    /// <summary>The first row that can be read, or <c>default</c>.</summary>
    public async Task<T?> ReadFirstAsync<T>(Func<SqlRow, T> map, CancellationToken cancellationToken)
    {
        AssertBound();
        await using DbDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
        int failed = 0;
        T? row = default;
        while (await reader.ReadAsync(cancellationToken) && !SqlRows.TryMap(reader, map, out row))
        {
            failed++;
        }

        unreadable.Tell(command.CommandText, failed);
        return row;
    }

    public ValueTask DisposeAsync() => command.DisposeAsync();

    /// <inheritdoc/>
    public override SqlStatement Bind(object? value)
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
