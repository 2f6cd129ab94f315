namespace Bundler.Storage;

/// <summary>
/// How long a fault that passes by itself is waited for: a conflict with another node, a server that restarts or hands over. The one place that
/// decides; it is asked after each fault, and the attempt that follows may last as long as the time-outs of the connection allow.
/// </summary>
internal sealed class SqlPatience(TimeSpan bound, TimeProvider clock)
{
    private static readonly TimeSpan _firstPause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan _longestPause = TimeSpan.FromMilliseconds(500);

    private readonly long _start = clock.GetTimestamp();
    private TimeSpan _pause = _firstPause;

    /// <summary>True after a pause; false when the bound would be passed.</summary>
    public async Task<bool> PauseAsync(CancellationToken cancellationToken)
    {
        if (clock.GetElapsedTime(_start) + _pause > bound)
        {
            return false;
        }

        await Task.Delay(_pause, clock, cancellationToken);
        _pause = _pause * 2 < _longestPause ? _pause * 2 : _longestPause;
        return true;
    }
}
