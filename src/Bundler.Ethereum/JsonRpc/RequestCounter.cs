using System.Collections.Concurrent;

namespace Bundler.Ethereum.JsonRpc;

/// <summary>How often each method was asked, and in how many round trips.</summary>
public sealed class RequestCounter
{
    private readonly ConcurrentDictionary<string, long> _byMethod = new(StringComparer.Ordinal);
    private long _roundTrips;

    /// <summary>Round trips: a batch counts once.</summary>
    public long RoundTrips => Interlocked.Read(ref _roundTrips);

    public long Of(string method) => _byMethod.GetValueOrDefault(method);

    public IReadOnlyDictionary<string, long> Snapshot() => new SortedDictionary<string, long>(_byMethod.ToDictionary(), StringComparer.Ordinal);

    public void Clear()
    {
        _byMethod.Clear();
        Interlocked.Exchange(ref _roundTrips, 0);
    }

    internal void CountRoundTrip() => Interlocked.Increment(ref _roundTrips);

    internal void CountRequest(string method) => _byMethod.AddOrUpdate(method, 1, static (_, count) => count + 1);
}
