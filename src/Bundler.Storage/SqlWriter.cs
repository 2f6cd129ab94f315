using System.Data.Common;
using System.Threading.Channels;
using Bundler.Engine;
using Microsoft.Extensions.Logging;

namespace Bundler.Storage;

/// <summary>
/// The one writer: takes all writes that wait, runs them in one transaction, and answers their callers after the commit (group commit).
/// A write that fails by itself is undone alone; when the disk fails, the whole group fails and the next one starts on a new connection.
/// </summary>
internal sealed class SqlWriter : IAsyncDisposable
{
    /// <summary>Writes that may wait before callers have to.</summary>
    public const int QueueLength = 1024;

    /// <summary>Writes in one transaction.</summary>
    public const int GroupSize = 256;

    public const string Commit = "COMMIT";

    private const string Savepoint = "SAVEPOINT one_write";
    private const string RollbackToSavepoint = "ROLLBACK TO SAVEPOINT one_write";
    private const string ReleaseSavepoint = "RELEASE SAVEPOINT one_write";

    private readonly IDialect _dialect;
    private readonly IStoreClaim _claim;
    private readonly UnreadableRows _unreadable;
    private readonly WriterTurn? _turn;
    private readonly ILogger _logger;
    private readonly TimeProvider _clock;
    private readonly CommitMarks _marks;
    private readonly Channel<SqlWrite> _queue = Channel.CreateBounded<SqlWrite>(
        new BoundedChannelOptions(QueueLength) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private readonly Task _loop;
    private SqlSession? _session;
    private volatile string? _fault;
    private volatile string? _trialFault;
    private volatile string? _lastRefusal;
    private long _transactions;
    private long _begunAt;

    public SqlWriter(
        IDialect dialect, IStoreClaim claim, SqlSession session, UnreadableRows unreadable, WriterTurn? turn, ILogger logger, TimeProvider clock)
    {
        _dialect = dialect;
        _claim = claim;
        _session = session;
        _unreadable = unreadable;
        _turn = turn;
        _logger = logger;
        _clock = clock;
        _marks = new CommitMarks(dialect);
        _loop = RunAsync();
    }

    /// <summary>Transactions committed so far.</summary>
    public long Transactions => Interlocked.Read(ref _transactions);

    /// <summary>Why the last group of writes failed as a whole, or the last trial; <c>null</c> when neither did.</summary>
    public string? Fault => _fault ?? _trialFault;

    /// <summary>How long the group under way has been without an end; <c>null</c>: none is under way.</summary>
    public TimeSpan? Silence => Interlocked.Read(ref _begunAt) is var begun && begun != 0 ? _clock.GetElapsedTime(begun) : null;

    /// <summary>Why the last write that failed by itself did, until a trial succeeds.</summary>
    public string? LastRefusal => _lastRefusal;

    public Task<T> WriteAsync<T>(Func<SqlSession, CancellationToken, Task<T>> work, CancellationToken cancellationToken) =>
        QueueAsync(new SqlWrite<T>(work, cancellationToken), cancellationToken);

    /// <summary>Runs and undoes it: <see cref="Fault"/> tells afterwards whether it was refused.</summary>
    public Task TryWriteAsync(Func<SqlSession, CancellationToken, Task> work, CancellationToken cancellationToken) =>
        QueueAsync(new SqlTrial(work, cancellationToken), cancellationToken);

    private async Task<T> QueueAsync<T>(SqlWrite<T> write, CancellationToken cancellationToken)
    {
        if (_dialect.Answer is not { } bound)
        {
            await EnqueueAsync(write, cancellationToken);
            return await write.Outcome;
        }

        // What has begun is answered by its group.
        Task<T> stored = StoreAsync();
        return !await stored.EndsWithinAsync(bound, _clock) && write.TryGiveUp(SqlFault.Silent(_dialect, "written")) ? await write.Outcome : await stored;

        async Task<T> StoreAsync()
        {
            await EnqueueAsync(write, cancellationToken);
            return await write.Outcome;
        }
    }

    private async Task EnqueueAsync(SqlWrite write, CancellationToken cancellationToken)
    {
        try
        {
            await _queue.Writer.WriteAsync(write, cancellationToken);
        }
        catch (ChannelClosedException closed)
        {
            throw new StoreUnavailableException($"The store {_dialect.Location} is closed.", closed);
        }
    }

    /// <summary>Finishes all that waits, then closes the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _loop;
        await CloseSessionAsync();
    }

    private async Task RunAsync()
    {
        List<SqlWrite> group = new(GroupSize);
        while (await _queue.Reader.WaitToReadAsync())
        {
            while (group.Count < GroupSize && _queue.Reader.TryRead(out SqlWrite? write))
            {
                group.Add(write);
            }

            // Awaited by WhenAny, which never throws: whatever the fault is, it belongs to the callers and not to this loop.
            GroupFate fate = new();
            Interlocked.Exchange(ref _begunAt, _clock.GetTimestamp());
            Task commit = CommitAsync(group, fate);
            await RefuseWhenLateAsync(commit, group, fate);
            await Task.WhenAny(commit);
            if (!commit.IsCompletedSuccessfully)
            {
                Fail(group, FaultOf(commit));

                // Closing the connection rolls the transaction back, whatever state the fault left it in.
                await CloseSessionAsync();
            }

            Interlocked.Exchange(ref _begunAt, 0);
            group.Clear();
        }
    }

    /// <summary>
    /// A database that neither answers nor refuses: the callers hear in time that nothing is stored, and nothing will be. While it commits nobody knows that, and
    /// they wait for the answer or for the question after it.
    /// </summary>
    private async Task RefuseWhenLateAsync(Task commit, List<SqlWrite> group, GroupFate fate)
    {
        if (_dialect.Answer is { } bound && !await commit.EndsWithinAsync(bound, _clock) && fate.TryRefuse())
        {
            Fail(group, SqlFault.Silent(_dialect, "written"));
        }
    }

    /// <summary>
    /// Until it is stored or refused. A store that failed the group before gets no more than one attempt: who waits shall hear of it soon.
    /// </summary>
    private async Task CommitAsync(List<SqlWrite> group, GroupFate fate)
    {
        SqlPatience patience = new(_fault is null ? _dialect.Patience : TimeSpan.Zero, _clock);
        Guid? unknown = null;
        while (true)
        {
            try
            {
                if (unknown is { } mark)
                {
                    SqlSession asking = await SessionAsync();
                    if (await _marks.AskAsync(asking, mark, CancellationToken.None))
                    {
                        Complete(group);
                        return;
                    }

                    unknown = null;
                }

                await RunAsync(group, fate, committing => unknown = committing);
                return;
            }
            catch (DbException fault) when (_dialect.IsPassing(fault))
            {
                unknown = _dialect.IsRefusal(fault) ? null : unknown;
                await CloseSessionAsync();
                if (fate.IsRefused || !await patience.PauseAsync(CancellationToken.None))
                {
                    if (unknown is not null)
                    {
                        _turn?.Doubt();
                    }

                    throw;
                }

                _logger.WritesTriedAgain(_dialect.Location, SqlFault.FirstLine(fault.Message));
            }
        }
    }

    /// <param name="group">What shares the transaction.</param>
    /// <param name="fate">Whether it may still be committed.</param>
    /// <param name="committing">Hears the mark of the transaction when it is sent off.</param>
    private async Task RunAsync(List<SqlWrite> group, GroupFate fate, Action<Guid> committing)
    {
        SqlFault.ThrowIfLost(_claim);
        SqlSession session = await SessionAsync();
        await session.ExecuteAsync(_dialect.Begin, CancellationToken.None);
        Guid? mark = _dialect.IsShared ? await _marks.SetAsync(session, CancellationToken.None) : null;
        await (_turn?.BeginAsync(session) ?? Task.CompletedTask);
        foreach (SqlWrite write in group.Where(write => !write.IsEnded).TakeWhile(_ => !fate.IsRefused))
        {
            if (write.CancellationToken.IsCancellationRequested)
            {
                write.Cancel();
            }
            else
            {
                await RunOneAsync(session, write);
            }
        }

        await (_turn?.EndAsync(session) ?? Task.CompletedTask);
        if (!fate.TryCommit())
        {
            throw SqlFault.Silent(_dialect, "written");
        }

        if (mark is { } set)
        {
            committing(set);
        }

        await session.ExecuteAsync(Commit, CancellationToken.None);

        // What went into a file that nobody will open again is not stored.
        SqlFault.ThrowIfLost(_claim);
        Complete(group);
    }

    private void Complete(List<SqlWrite> group)
    {
        Interlocked.Increment(ref _transactions);

        // Before a caller hears of its write: who asks then for the fault must not be told of the last one.
        if (_fault is not null)
        {
            _fault = null;
            _logger.WritesRecovered(_dialect.Location);
        }

        foreach (SqlWrite write in group)
        {
            write.Complete();
        }
    }

    private async Task<SqlSession> SessionAsync() =>
        _session ??= new SqlSession(await _dialect.OpenWriterAsync(CancellationToken.None), _dialect, _unreadable, _turn?.Origin);

    /// <summary>A write that fails by itself is undone, and its caller is told.</summary>
    private async Task RunOneAsync(SqlSession session, SqlWrite write)
    {
        await session.ExecuteAsync(Savepoint, CancellationToken.None);
        if (write.IsEnded || !write.TryBegin())
        {
            // Its caller stopped waiting meanwhile: he was told that it will never run.
            await session.ExecuteAsync(ReleaseSavepoint, CancellationToken.None);
            return;
        }

        Task run = write.RunAsync(session);
        await Task.WhenAny(run);
        if (!run.IsCompletedSuccessfully)
        {
            Exception fault = FaultOf(run);
            if (fault is DbException database && _dialect.IsUnavailable(database))
            {
                await run;
            }

            await session.ExecuteAsync(RollbackToSavepoint, CancellationToken.None);
            await session.ExecuteAsync(ReleaseSavepoint, CancellationToken.None);
            write.Fail(fault is DbException refused ? Refused(write, refused) : fault);
            return;
        }

        if (write.IsTrial)
        {
            await session.ExecuteAsync(RollbackToSavepoint, CancellationToken.None);
            (_trialFault, _lastRefusal) = (null, null);
        }

        await session.ExecuteAsync(ReleaseSavepoint, CancellationToken.None);
    }

    /// <summary>A trigger, a constraint, a missing table: the caller may try again, as with a full disk.</summary>
    private StoreUnavailableException Refused(SqlWrite write, DbException fault)
    {
        StoreUnavailableException told = new(SqlFault.Unavailable(_dialect, "written", fault).Message, fault) { IsOfThisCallAlone = true };
        if (_lastRefusal != told.Message)
        {
            _logger.WriteRefused(_dialect.Location, told);
        }

        _lastRefusal = told.Message;
        _trialFault = write.IsTrial ? told.Message : _trialFault;
        return told;
    }

    private void Fail(List<SqlWrite> group, Exception fault)
    {
        Exception told = fault is DbException database ? Unavailable(database) : fault;
        bool isNew = _fault is null;
        _fault = told.Message;
        if (isNew)
        {
            _logger.WritesFailed(group.Count, _dialect.Location, told);
        }

        foreach (SqlWrite write in group.Where(write => !write.TryGiveUp(told)))
        {
            write.Fail(told);
        }
    }

    private static Exception FaultOf(Task ended) => ended.Exception?.InnerException ?? new TaskCanceledException(ended);

    private StoreUnavailableException Unavailable(DbException fault) => SqlFault.Unavailable(_dialect, "written", fault);

    private async Task CloseSessionAsync()
    {
        if (_session is { } session)
        {
            _session = null;
            await session.DisposeAsync();
        }
    }
}
