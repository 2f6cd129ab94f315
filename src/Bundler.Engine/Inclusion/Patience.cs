using Bundler.Engine.Pool;
using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Options;

namespace Bundler.Engine.Inclusion;

/// <summary>Operations that failed and may still pass: each is tried again after a pause, until its grace is over.</summary>
public sealed class Patience(IOptions<PoolOptions> options, TimeProvider clock)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly TimeSpan _grace = TimeSpan.FromSeconds(options.Value.ReturnGraceSeconds);
    private readonly Dictionary<Hash32, (long First, long Last)> _tries = [];

    public bool IsDue(Hash32 userOpHash)
    {
        lock (_lock)
        {
            return !_tries.TryGetValue(userOpHash, out (long First, long Last) tried) || clock.GetElapsedTime(tried.Last) >= Pause;
        }
    }

    /// <summary>The operation has failed: true when it is to be tried again. A reorganisation's grace counts from when it gave the operation back.</summary>
    public bool Has(MempoolEntry entry)
    {
        lock (_lock)
        {
            long now = clock.GetTimestamp();
            long first = _tries.TryGetValue(entry.UserOpHash, out (long First, long Last) tried) ? tried.First : now;
            _tries[entry.UserOpHash] = (first, now);
            return (entry.ReturnedAt is { } returned ? clock.GetUtcNow() - returned : clock.GetElapsedTime(first)) < _grace;
        }
    }

    /// <summary>Only these are of interest any more.</summary>
    public void Keep(IReadOnlySet<Hash32> userOpHashes)
    {
        lock (_lock)
        {
            foreach (Hash32 gone in _tries.Keys.Where(userOpHash => !userOpHashes.Contains(userOpHash)).ToArray())
            {
                _tries.Remove(gone);
            }
        }
    }
}
