namespace Bundler.Engine.Admission;

/// <summary>One client's turn, from the asking on; whoever asked gives it back to the queue, started or not.</summary>
internal sealed class Turn(TurnAccount address, TurnAccount connection, long number)
{
    private TaskCompletionSource? _awaited;

    /// <summary>Done when it is this one's turn; fails with <see cref="TooManyWaitingException"/> if somebody needs the place more.</summary>
    public Task Started => _awaited?.Task ?? Task.CompletedTask;

    /// <summary>The order of asking.</summary>
    public long Number { get; } = number;

    public TurnAccount Address { get; } = address;

    public TurnAccount Connection { get; } = connection;

    public bool IsRunning { get; private set; }

    public double StartedAt { get; private set; }

    /// <summary>Who waits continues on a thread of its own, not inside the queue's lock.</summary>
    public void Wait()
    {
        _awaited = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Address.Waiting++;
        Connection.Waiting++;
    }

    public void StopWaiting()
    {
        Address.Waiting--;
        Connection.Waiting--;
    }

    public void Start(double now)
    {
        IsRunning = true;
        StartedAt = now;
        Address.Start(now);
        Connection.Start(now);
        _awaited?.SetResult();
    }

    public void End(double now)
    {
        IsRunning = false;
        Address.End(StartedAt, now);
        Connection.End(StartedAt, now);
    }

    public void SendAway() => _awaited?.SetException(new TooManyWaitingException());
}
