using System.Data.Common;

namespace Bundler.Storage;

/// <summary>One connection and its prepared statements; used by one at a time.</summary>
internal sealed class SqlSession(DbConnection connection, IDialect dialect, UnreadableRows unreadable, Guid? origin = null) : IAsyncDisposable
{
    // Bounded by the number of SQL texts in this project: values are always parameters.
    private readonly Dictionary<string, SqlStatement> _statements = [];

    /// <summary>Whose changes it appends for other nodes; <c>null</c> where there are none, and where nothing is written.</summary>
    public Guid? Origin => origin;

    /// <summary>Its transaction has appended a change.</summary>
    public bool HasChanged { get; set; }

    /// <summary>The statement of this text, prepared once per connection.</summary>
    public SqlStatement Prepare(string sql)
    {
        if (!_statements.TryGetValue(sql, out SqlStatement? statement))
        {
            statement = Create(sql);
            _statements.Add(sql, statement);
        }

        return statement.Rewind();
    }

    public Task ExecuteAsync(string sql, CancellationToken cancellationToken) => Prepare(sql).ExecuteAsync(cancellationToken);

    /// <summary>Runs queries in their order; where the database is afar, in one round trip.</summary>
    public async Task ReadAsync(IReadOnlyList<ISqlQuery> queries, CancellationToken cancellationToken)
    {
        if (queries.Count == 0)
        {
            return;
        }

        if (!connection.CanCreateBatch)
        {
            foreach (ISqlQuery query in queries)
            {
                await Bound(query).TakeAsync(query, cancellationToken);
            }

            return;
        }

        await using DbBatch batch = Batch(queries);
        await using DbDataReader reader = await batch.ExecuteReaderAsync(cancellationToken);
        foreach (ISqlQuery query in queries)
        {
            await query.TakeAsync(reader, unreadable, cancellationToken);
            await reader.NextResultAsync(cancellationToken);
        }
    }

    /// <summary>Runs writing statements in their order; where the database is afar, in one round trip.</summary>
    public async Task ExecuteAsync(IReadOnlyList<SqlCall> calls, CancellationToken cancellationToken)
    {
        if (calls.Count == 0)
        {
            return;
        }

        if (!connection.CanCreateBatch)
        {
            foreach (SqlCall call in calls)
            {
                await Bound(call).ExecuteAsync(cancellationToken);
            }

            return;
        }

        await using DbBatch batch = Batch(calls);
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Runs a text once that is not worth keeping prepared, such as a migration, which takes the time that it needs.</summary>
    public async Task ExecuteOnceAsync(string sql, CancellationToken cancellationToken)
    {
        await using SqlStatement statement = Create(sql, withoutTimeout: true);
        await statement.ExecuteAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (SqlStatement statement in _statements.Values)
        {
            await statement.DisposeAsync();
        }

        await connection.DisposeAsync();
    }

    private SqlStatement Bound(ISqlCall call) => call.Values.Aggregate(Prepare(call.Sql), (statement, value) => statement.Bind(value));

    private DbBatch Batch(IReadOnlyList<ISqlCall> calls)
    {
        DbBatch batch = connection.CreateBatch();
        foreach (ISqlCall call in calls)
        {
            DbBatchCommand command = batch.CreateBatchCommand();
            command.CommandText = call.Sql;
            foreach (object? value in call.Values)
            {
                DbParameter parameter = command.CreateParameter();
                parameter.Value = value ?? DBNull.Value;
                command.Parameters.Add(parameter);
            }

            batch.BatchCommands.Add(command);
        }

        return batch;
    }

    private SqlStatement Create(string sql, bool withoutTimeout = false)
    {
        DbCommand command = connection.CreateCommand();
        if (withoutTimeout && dialect.IsShared)
        {
            command.CommandTimeout = 0;
        }

        command.CommandText = sql;
        return new SqlStatement(command, dialect, unreadable);
    }
}
