namespace Bundler.Ethereum.JsonRpc;

/// <summary>The delay after so many failures: doubling, with a ceiling.</summary>
internal static class Backoff
{
    private const int MaxDoublings = 20;

    public static TimeSpan After(int failures, TimeSpan first, TimeSpan ceiling)
    {
        TimeSpan delay = first * (1L << Math.Clamp(failures - 1, 0, MaxDoublings));
        return delay < ceiling ? delay : ceiling;
    }

    /// <summary>As above before the next attempt; longer where the node asks for that, within the ceiling.</summary>
    public static TimeSpan Before(int failures, RetryOptions retry, TransportException fault)
    {
        TimeSpan pause = After(failures, retry.FirstDelay, retry.MaxDelay);
        TimeSpan asked = fault.RetryAfter is not { } after ? TimeSpan.Zero : after < retry.MaxDelay ? after : retry.MaxDelay;
        return asked > pause ? asked : pause;
    }
}
