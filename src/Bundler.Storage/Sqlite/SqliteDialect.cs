using System.Data.Common;
using System.Globalization;
using Bundler.Engine.Retention;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using Microsoft.Extensions.Logging;

namespace Bundler.Storage.Sqlite;

/// <summary>SQLite in a file: write-ahead log, synced at every commit.</summary>
internal sealed class SqliteDialect(StorageOptions options) : IDialect
{
    private const string ReaderPragmas = "PRAGMA busy_timeout = 5000;";

    private const string WriterPragmas =
        $"""
        {ReaderPragmas}
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = FULL;
        PRAGMA foreign_keys = OFF;
        PRAGMA journal_size_limit = 67108864;
        """;

    // The client's own patience, after SQLite's: nobody else should hold the file, but a backup tool may for a moment.
    private const int BusySeconds = 5;

    // A look at all pages of a large database would hold up the start.
    private static readonly TimeSpan _lookLasts = TimeSpan.FromSeconds(5);

    private readonly string _directory = Path.GetFullPath(options.DataDirectory);

    public string Location { get; } = Path.Combine(Path.GetFullPath(options.DataDirectory), options.FileName);

    public string? Remark => null;

    public TimeSpan? Answer => null;

    public string Product => "SQLite";

    public string Begin => "BEGIN IMMEDIATE";

    public string BeginMigration => Begin;

    public string? Notify => null;

    public TimeSpan Patience => TimeSpan.Zero;

    public int Readers => SqlReaders.Connections;

    public bool IsShared => false;

    public string Now => "CAST((julianday('now') - 2440587.5) * 864000000000 AS INTEGER)";

    public IStoreClaim Claim() => SqliteClaim.Take(Location);

    public long? FreeBytes() => Directory.Exists(_directory) ? new DriveInfo(_directory).AvailableFreeSpace : null;

    public Task<DbConnection> OpenWriterAsync(CancellationToken cancellationToken) =>
        OpenAsync(SqliteOpenMode.ReadWriteCreate, WriterPragmas, cancellationToken);

    public async Task<string?> FindDamageAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        SqliteConnection sqlite = (SqliteConnection)connection;
        using CancellationTokenSource enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using CancellationTokenRegistration interrupt = enough.Token.Register(() => raw.sqlite3_interrupt(sqlite.Handle));
        enough.CancelAfter(_lookLasts);
        await using DbCommand command = sqlite.CreateCommand();
        command.CommandText = "PRAGMA quick_check(1)";
        try
        {
            return await command.ExecuteScalarAsync(cancellationToken) is string found && found != "ok" ? found : null;
        }
        catch (SqliteException late) when (late.SqliteErrorCode == raw.SQLITE_INTERRUPT && !cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    public Task<StoreSizes> MeasureAsync(SqlSession session, CancellationToken cancellationToken) => SqliteSizes.MeasureAsync(session, cancellationToken);

    public Task<DbConnection> OpenReaderAsync(CancellationToken cancellationToken) =>
        OpenAsync(SqliteOpenMode.ReadOnly, ReaderPragmas, cancellationToken);

    public IChangeListener? Listen(TimeProvider clock, ILogger logger) => null;

    public DbParameter AddParameter(DbCommand command, int position)
    {
        SqliteParameter parameter = new() { ParameterName = string.Create(CultureInfo.InvariantCulture, $"${position}") };
        command.Parameters.Add(parameter);
        return parameter;
    }

    public string Translate(string migration) =>
        migration.Replace("{bytes}", "BLOB", StringComparison.Ordinal)
            .Replace("{identity}", "INTEGER PRIMARY KEY", StringComparison.Ordinal);

    public bool IsUnavailable(DbException fault) =>
        fault is SqliteException
        {
            SqliteErrorCode: raw.SQLITE_FULL or raw.SQLITE_IOERR or raw.SQLITE_READONLY or raw.SQLITE_CANTOPEN or raw.SQLITE_BUSY
                or raw.SQLITE_LOCKED or raw.SQLITE_NOMEM or raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB or raw.SQLITE_PERM
                or raw.SQLITE_PROTOCOL or raw.SQLITE_NOLFS,
        };

    public bool IsPassing(DbException fault) => false;

    public bool IsRefusal(DbException fault) => true;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<DbConnection> OpenAsync(SqliteOpenMode mode, string pragmas, CancellationToken cancellationToken)
    {
        SqliteLibrary.Require();
        SqliteConnectionStringBuilder target = new() { DataSource = Location, Mode = mode, Pooling = false, DefaultTimeout = BusySeconds };
        SqliteConnection connection = new(target.ToString());
        bool opened = false;
        try
        {
            await connection.OpenAsync(cancellationToken);
            await using DbCommand command = connection.CreateCommand();
            command.CommandText = pragmas;
            await command.ExecuteNonQueryAsync(cancellationToken);
            opened = true;
            return connection;
        }
        finally
        {
            if (!opened)
            {
                await connection.DisposeAsync();
            }
        }
    }
}
