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
    private readonly Dictionary<Hash32, Tried> _tries = [];

    public bool IsDue(Hash32 userOpHash)
    {
        lock (_lock)
        {
            return !_tries.TryGetValue(userOpHash, out Tried tried) || clock.GetElapsedTime(tried.Last) >= Pause;
        }
    }

    /// <summary>
    /// The operation has failed: true when it is to be tried again. A reorganisation's grace counts from when it gave the operation back; what of it
    /// is over is asked of the wall clock once, so that a jump of it later changes nothing.
    /// </summary>
    public bool Has(MempoolEntry entry)
    {
        lock (_lock)
        {
            long now = clock.GetTimestamp();
            if (!_tries.TryGetValue(entry.UserOpHash, out Tried tried))
            {
                TimeSpan before = entry.ReturnedAt is { } returned ? clock.GetUtcNow() - returned : TimeSpan.Zero;
                tried = new Tried(entry.EntryPoint.Address, now, before > TimeSpan.Zero ? before : TimeSpan.Zero, now);
            }

            _tries[entry.UserOpHash] = tried with { Last = now };
            return tried.Before + clock.GetElapsedTime(tried.First) < _grace;
        }
    }

    /// <summary>Of the operations for an EntryPoint only those that still wait to be validated are of interest any more.</summary>
    public void Keep(Address entryPoint, Func<Hash32, bool> waits)
    {
        lock (_lock)
        {
            foreach (Hash32 gone in _tries.Where(tried => tried.Value.EntryPoint == entryPoint && !waits(tried.Key)).Select(tried => tried.Key).ToArray())
            {
                _tries.Remove(gone);
            }
        }
    }

    /// <param name="EntryPoint">What the operation is for.</param>
    /// <param name="First">The first try in this life of the node.</param>
    /// <param name="Before">How much of the grace was over then.</param>
    /// <param name="Last">The newest try.</param>
    private readonly record struct Tried(Address EntryPoint, long First, TimeSpan Before, long Last);
}
