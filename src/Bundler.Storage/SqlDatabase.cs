using System.Data.Common;
using Bundler.Engine;
using Bundler.Engine.Retention;
using Microsoft.Extensions.Logging;

namespace Bundler.Storage;

/// <summary>The node's database: opened and migrated once, one writer, many readers. The stores are its only users.</summary>
public sealed class SqlDatabase : IAsyncDisposable
{
    private readonly IDialect _dialect;
    private readonly ILogger _logger;
    private readonly ulong? _chainId;
    private readonly TimeProvider _clock;
    private readonly UnreadableRows _unreadable;
    private readonly IChangeListener? _listener;
    private SqlReaders? _readers;
    private IStoreClaim? _claim;
    private SqlWriter? _writer;
    private bool _disposed;

    /// <param name="dialect">Which database.</param>
    /// <param name="logger">Hears of its faults.</param>
    /// <param name="chainId">The chain that it must be about; <c>null</c>: whichever it is.</param>
    /// <param name="clock">The system's unless a test has its own.</param>
    internal SqlDatabase(IDialect dialect, ILogger<SqlDatabase> logger, ulong? chainId = null, TimeProvider? clock = null)
    {
        _chainId = chainId;
        _clock = clock ?? TimeProvider.System;
        _listener = dialect.Listen(_clock, logger);
        Turn = new WriterTurn(dialect);
        _dialect = dialect;
        _logger = logger;
        _unreadable = new UnreadableRows(dialect.Location, logger);
    }

    /// <summary>Where it is, for messages; never with credentials.</summary>
    public string Location => _dialect.Location;

    /// <summary>Transactions committed by the writer since it was opened; many writes share one.</summary>
    public long Transactions => _writer?.Transactions ?? 0;

    /// <summary>Why nothing can be accepted: the disk or the server refused the last writes; <c>null</c> when they did not.</summary>
    public string? Fault => _writer?.Fault;

    /// <summary>How long the writes under way have had no answer; <c>null</c>: none are under way.</summary>
    public TimeSpan? Silence => _writer?.Silence;

    /// <summary>A single write that was refused by itself, until trying again succeeds; <c>null</c> when there is none.</summary>
    public string? LastRefusal => _writer?.LastRefusal;

    /// <summary>Rows that cannot be read, by table, as far as they were met; <c>null</c> when there are none.</summary>
    public string? Unreadable => _unreadable.Summary;

    /// <summary>The database is not where it was claimed any more; nobody needs to write for that to be seen.</summary>
    internal bool IsLost => _claim?.FindLoss() is not null;

    /// <inheritdoc cref="IDialect.IsShared"/>
    internal bool IsShared => _dialect.IsShared;

    /// <inheritdoc cref="IDialect.Now"/>
    internal string Now => _dialect.Now;

    /// <summary>Where several nodes write: what each write transaction begins and ends with.</summary>
    internal WriterTurn Turn { get; }

    /// <inheritdoc cref="IDialect.FreeBytes"/>
    public long? FreeBytes => _dialect.FreeBytes();

    /// <summary>Claims the database, brings its schema up to date and starts the writer; done once, before the first use.</summary>
    /// <exception cref="Sqlite.DataDirectoryInUseException">Another process holds it.</exception>
    /// <exception cref="StoreTooNewException">A newer build has written it.</exception>
    /// <exception cref="StoreOfAnotherChainException">It was begun on another chain.</exception>
    /// <exception cref="StoreUnavailableException">The disk or the server refuses.</exception>
    /// <exception cref="Ethereum.Crypto.NativeLibraryMissingException">SQLite is not installed.</exception>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_writer is not null)
        {
            return;
        }

        if (_dialect.Remark is { } remark)
        {
            _logger.Remarked(remark);
        }

        IStoreClaim claim = _dialect.Claim();
        try
        {
            _writer = await StartAsync(claim, cancellationToken);
            _readers = new SqlReaders(_dialect, claim, _unreadable, _clock);
            _claim = claim;
        }
        catch (DbException fault)
        {
            throw SqlFault.Unavailable(_dialect, "opened", fault);
        }
        finally
        {
            if (_claim is null)
            {
                claim.Dispose();
            }
        }
    }

    /// <summary>Finishes the writes that wait, closes every connection and gives the claim back.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        if (_listener is not null)
        {
            await _listener.DisposeAsync();
        }

        if (_readers is not null)
        {
            await _readers.DisposeAsync();
        }

        if (_writer is { } writer)
        {
            await writer.DisposeAsync();
            _logger.Closed(Location);
        }

        _claim?.Dispose();
        await _dialect.DisposeAsync();
    }

    /// <summary>
    /// Runs <paramref name="work"/> in a transaction and returns when it is durable. Cancelling counts until the work begins;
    /// after that the caller hears what became of it.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The disk or the server refuses; nothing is stored.</exception>
    internal Task<T> WriteAsync<T>(Func<SqlSession, CancellationToken, Task<T>> work, CancellationToken cancellationToken) =>
        Open().WriteAsync(work, cancellationToken);

    /// <inheritdoc cref="WriteAsync{T}"/>
    internal Task WriteAsync(Func<SqlSession, CancellationToken, Task> work, CancellationToken cancellationToken) =>
        WriteAsync(
            async (session, token) =>
            {
                await work(session, token);
                return true;
            },
            cancellationToken);

    /// <summary>Writes what every accepted operation needs and takes it away again, to see whether writing works.</summary>
    /// <exception cref="StoreUnavailableException">It does not.</exception>
    internal Task TryWriteAsync(CancellationToken cancellationToken) => Open().TryWriteAsync(SqlMempoolStore.TryAsync, cancellationToken);

    /// <summary>Reads what is committed; never waits for the writer.</summary>
    /// <exception cref="StoreUnavailableException">The disk or the server refuses.</exception>
    internal Task<T> ReadAsync<T>(Func<SqlSession, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        Open();
        return _readers!.ReadAsync(work, cancellationToken);
    }

    /// <summary>How large the store is, estimated.</summary>
    /// <exception cref="StoreUnavailableException">The disk or the server refuses.</exception>
    internal Task<StoreSizes> MeasureAsync(CancellationToken cancellationToken) => ReadAsync(_dialect.MeasureAsync, cancellationToken);

    /// <summary>Returns when another node has stored something, or after a while.</summary>
    internal Task ListenAsync(TimeSpan atMost, CancellationToken cancellationToken) => _listener!.WaitAsync(atMost, cancellationToken);

    private SqlWriter Open() =>
        _disposed ? throw new StoreUnavailableException($"The store {Location} is closed.")
        : _writer ?? throw new InvalidOperationException($"The store {Location} is used before it is opened.");

    private async Task<SqlWriter> StartAsync(IStoreClaim claim, CancellationToken cancellationToken)
    {
        DbConnection connection = await _dialect.OpenWriterAsync(cancellationToken);
        SqlSession session = new(connection, _dialect, _unreadable, _dialect.IsShared ? Turn.Origin : null);
        bool migrated = false;
        try
        {
            if (await _dialect.FindDamageAsync(connection, cancellationToken) is { } damage)
            {
                throw new StoreUnavailableException($"The store {Location} is damaged, put a backup in its place: {damage}");
            }

            int found = await SqlSchema.MigrateAsync(session, _dialect, _chainId, cancellationToken);
            if (await SqlSchema.FindGapAsync(session, cancellationToken) is { } gap)
            {
                throw new StoreUnavailableException($"The store {Location} is damaged, put a backup in its place: {gap}");
            }

            await new CommitMarks(_dialect).CleanAsync(session, cancellationToken);
            migrated = true;
            _logger.Opened(Location, _dialect.Product, connection.ServerVersion, SqlSchema.Version, found);
            return new SqlWriter(_dialect, claim, session, _unreadable, _dialect.IsShared ? Turn : null, _logger, _clock);
        }
        finally
        {
            if (!migrated)
            {
                await session.DisposeAsync();
            }
        }
    }
}
