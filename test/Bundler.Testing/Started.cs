namespace Bundler.Testing;

/// <summary>What a test or a rig has started so far: disposing ends it, the last first.</summary>
public sealed class Started : IAsyncDisposable
{
    private readonly Stack<IAsyncDisposable> _started = [];

    /// <summary>Keeps what has started.</summary>
    public T Add<T>(T started)
        where T : IAsyncDisposable
    {
        _started.Push(started);
        return started;
    }

    /// <summary>All has started: from here on it belongs to the rig, and outlives this.</summary>
    public T HandOver<T>(T rig)
    {
        _started.Clear();
        return rig;
    }

    public async ValueTask DisposeAsync()
    {
        while (_started.TryPop(out IAsyncDisposable? last))
        {
            await last.DisposeAsync();
        }
    }
}
