using System.Data.Common;
using Bundler.Engine.Retention;
using Bundler.Storage;
using Bundler.Storage.Sqlite;
using Microsoft.Extensions.Logging;

namespace Bundler.Tests.Storage.Sqlite;

/// <summary>SQLite whose writer's connections are opened with a fault in them, as long as <see cref="Fault"/> is set.</summary>
internal sealed class FaultyDialect(SqliteDialect sqlite) : IDialect
{
    /// <summary>A PRAGMA that makes writing fail, or <c>null</c>.</summary>
    public string? Fault { get; set; }

    public string Location => sqlite.Location;

    public string? Remark => sqlite.Remark;

    public TimeSpan? Answer => sqlite.Answer;

    public string Product => sqlite.Product;

    public string Begin => sqlite.Begin;

    public string BeginMigration => sqlite.BeginMigration;

    public string? Notify => sqlite.Notify;

    public TimeSpan Patience => sqlite.Patience;

    public int Readers => sqlite.Readers;

    public bool IsShared => sqlite.IsShared;

    public string Now => sqlite.Now;

    public IStoreClaim Claim() => sqlite.Claim();

    public long? FreeBytes() => sqlite.FreeBytes();

    public async Task<DbConnection> OpenWriterAsync(CancellationToken cancellationToken)
    {
        DbConnection connection = await sqlite.OpenWriterAsync(cancellationToken);
        if (Fault is not null)
        {
            await using DbCommand command = connection.CreateCommand();
            command.CommandText = Fault;
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        return connection;
    }

    public Task<string?> FindDamageAsync(DbConnection connection, CancellationToken cancellationToken) => sqlite.FindDamageAsync(connection, cancellationToken);

    public Task<StoreSizes> MeasureAsync(SqlSession session, CancellationToken cancellationToken) => sqlite.MeasureAsync(session, cancellationToken);

    public Task<DbConnection> OpenReaderAsync(CancellationToken cancellationToken) => sqlite.OpenReaderAsync(cancellationToken);

    public IChangeListener? Listen(TimeProvider clock, ILogger logger) => sqlite.Listen(clock, logger);

    public DbParameter AddParameter(DbCommand command, int position) => sqlite.AddParameter(command, position);

    public string Translate(string migration) => sqlite.Translate(migration);

    public bool IsUnavailable(DbException fault) => sqlite.IsUnavailable(fault);

    public bool IsPassing(DbException fault) => sqlite.IsPassing(fault);

    public bool IsRefusal(DbException fault) => sqlite.IsRefusal(fault);

    public ValueTask DisposeAsync() => sqlite.DisposeAsync();
}
