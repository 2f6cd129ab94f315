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
