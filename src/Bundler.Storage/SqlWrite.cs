namespace Bundler.Storage;

/// <summary>A write that waits for its transaction, and the caller who waits for the write.</summary>
internal abstract class SqlWrite(CancellationToken cancellationToken)
{
    private const int Waiting = 0;
    private const int Begun = 1;
    private const int GivenUp = 2;

    private int _state;

    public CancellationToken CancellationToken { get; } = cancellationToken;

    /// <summary>Tells whether writing works, and is undone in any case.</summary>
    public virtual bool IsTrial => false;

    /// <summary>Its caller has heard of its end: it is not run again.</summary>
    public abstract bool IsEnded { get; }

    /// <summary>It runs now, or again; false: its caller has been told that it never will.</summary>
    public bool TryBegin() => Interlocked.CompareExchange(ref _state, Begun, Waiting) != GivenUp;

    /// <summary>Unless it has begun it never will, and its caller hears why.</summary>
    public bool TryGiveUp(Exception fault)
    {
        if (Interlocked.CompareExchange(ref _state, GivenUp, Waiting) != Waiting)
        {
            return false;
        }

        Fail(fault);
        return true;
    }

    public abstract Task RunAsync(SqlSession session);

    /// <summary>Its transaction is durable.</summary>
    public abstract void Complete();

    /// <summary>Nothing of it is stored. The first outcome counts.</summary>
    public abstract void Fail(Exception fault);

    /// <summary>The caller went away before the write began.</summary>
    public abstract void Cancel();
}

/// <inheritdoc/>
internal class SqlWrite<T>(Func<SqlSession, CancellationToken, Task<T>> work, CancellationToken cancellationToken) : SqlWrite(cancellationToken)
{
    private readonly TaskCompletionSource<T> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T _result = default!;

    public Task<T> Outcome => _outcome.Task;

    public override bool IsEnded => _outcome.Task.IsCompleted;

    // Begun is begun: a write that is cancelled half-way would leave its caller in doubt.
    public override async Task RunAsync(SqlSession session) => _result = await work(session, CancellationToken.None);

    public override void Complete() => _outcome.TrySetResult(_result);

    public override void Fail(Exception fault) => _outcome.TrySetException(fault);

    public override void Cancel() => _outcome.TrySetCanceled(CancellationToken);
}

/// <summary>What is written and undone, to see whether the store takes it.</summary>
internal sealed class SqlTrial(Func<SqlSession, CancellationToken, Task> work, CancellationToken cancellationToken) : SqlWrite<bool>(Run(work), cancellationToken)
{
    public override bool IsTrial => true;

    private static Func<SqlSession, CancellationToken, Task<bool>> Run(Func<SqlSession, CancellationToken, Task> work) => async (session, token) =>
    {
        await work(session, token);
        return true;
    };
}
