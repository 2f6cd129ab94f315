using System.Collections.Concurrent;
using System.Data.Common;
using Bundler.Engine;

namespace Bundler.Storage;

/// <summary>A bounded pool of read-only connections, opened when first needed.</summary>
internal sealed class SqlReaders(IDialect dialect, IStoreClaim claim, UnreadableRows unreadable, TimeProvider clock) : IAsyncDisposable
{
    /// <summary>Reads at the same time, unless the configuration says otherwise; further ones wait.</summary>
    public const int Connections = 8;

    private readonly SemaphoreSlim _free = new(dialect.Readers, dialect.Readers);
    private readonly ConcurrentStack<SqlSession> _idle = new();

    /// <summary>Waits no longer than <see cref="IDialect.Answer"/>. What does not answer keeps its place among the connections until it does, or is lost.</summary>
    public async Task<T> ReadAsync<T>(Func<SqlSession, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        if (dialect.Answer is not { } bound)
        {
            return await ReadAsync(work, static () => true, cancellationToken);
        }

        bool isAwaited = true;
        Task<T> read = ReadAsync(work, () => Volatile.Read(ref isAwaited), cancellationToken);
        if (await read.EndsWithinAsync(bound, clock))
        {
            return await read;
        }

        Volatile.Write(ref isAwaited, false);
        _ = read.ContinueWith(static late => late.Exception, TaskContinuationOptions.OnlyOnFaulted);
        throw SqlFault.Silent(dialect, "read");
    }

    private async Task<T> ReadAsync<T>(Func<SqlSession, CancellationToken, Task<T>> work, Func<bool> isAwaited, CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken);
        try
        {
            if (!isAwaited())
            {
                throw SqlFault.Silent(dialect, "read");
            }

            SqlPatience patience = new(dialect.Patience, clock);
            while (true)
            {
                try
                {
                    return await ReadOnceAsync(work, cancellationToken);
                }
                catch (DbException fault) when (dialect.IsPassing(fault))
                {
                    await ForgetIdleAsync();
                    if (!isAwaited() || !await patience.PauseAsync(cancellationToken))
                    {
                        throw;
                    }
                }
            }
        }
        catch (DbException fault)
        {
            throw SqlFault.Unavailable(dialect, "read", fault);
        }
        finally
        {
            _free.Release();
        }
    }

    /// <summary>Waits for the reads under way, then closes all connections.</summary>
    public async ValueTask DisposeAsync()
    {
        for (int i = 0; i < dialect.Readers; i++)
        {
            await _free.WaitAsync();
        }

        await ForgetIdleAsync();
        _free.Dispose();
    }

    private async Task<T> ReadOnceAsync<T>(Func<SqlSession, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        SqlSession? session = null;
        bool sound = false;
        try
        {
            if (!_idle.TryPop(out session))
            {
                SqlFault.ThrowIfLost(claim);
                session = new SqlSession(await dialect.OpenReaderAsync(cancellationToken), dialect, unreadable);
            }

            T result = await work(session, cancellationToken);
            sound = true;
            return result;
        }
        finally
        {
            if (sound)
            {
                _idle.Push(session!);
            }
            else if (session is not null)
            {
                await session.DisposeAsync();
            }
        }
    }

    /// <summary>What one session met, those that lie beside it have met too: a server that went away.</summary>
    private async Task ForgetIdleAsync()
    {
        while (_idle.TryPop(out SqlSession? session))
        {
            await session.DisposeAsync();
        }
    }
}
