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
}
