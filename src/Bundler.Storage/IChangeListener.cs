namespace Bundler.Storage;

/// <summary>Hears when other nodes have stored something. What it misses is found by reading on.</summary>
internal interface IChangeListener : IAsyncDisposable
{
    /// <summary>Returns when there may be something new, or after a while.</summary>
    Task WaitAsync(TimeSpan atMost, CancellationToken cancellationToken);
}
