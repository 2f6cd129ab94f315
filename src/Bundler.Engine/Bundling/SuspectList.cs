using Bundler.Engine.Pool;
using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Options;

namespace Bundler.Engine.Bundling;

/// <summary>
/// Operations whose bundles failed for no nameable reason. A suspect only travels alone, after a pause that doubles, and is dropped when it
/// failed alone often enough: one poison operation blocks nobody.
/// </summary>
public sealed class SuspectList(IOptions<BundlingOptions> options, TimeProvider clock)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(10);

    /// <summary>Operations leave the pool in many ways; beyond this many the suspicion that is oldest is forgotten.</summary>
    private const int Capacity = 1024;

    private readonly Lock _lock = new();
    private readonly Dictionary<Hash32, Suspicion> _suspicions = [];

    public bool IsSuspect(Hash32 userOpHash)
    {
        lock (_lock)
        {
            return _suspicions.TryGetValue(userOpHash, out Suspicion? suspicion) && suspicion.Failures >= options.Value.SuspectAfterFailures;
        }
    }

    /// <summary>A suspect may only begin a bundle, and only when its pause is over; nothing joins a suspect.</summary>
    public bool MayJoin(BundleDraft draft, MempoolEntry next)
    {
        lock (_lock)
        {
            return !_suspicions.TryGetValue(next.UserOpHash, out Suspicion? suspicion)
                || suspicion.Failures < options.Value.SuspectAfterFailures
                || (draft.Entries.Count == 0 && clock.GetElapsedTime(suspicion.Since) >= suspicion.Pause);
        }
    }

    /// <summary>A bundle with these operations failed and nobody could be named.</summary>
    public void Failed(IEnumerable<Hash32> userOpHashes)
    {
        lock (_lock)
        {
            foreach (Hash32 userOpHash in userOpHashes)
            {
                Count(userOpHash);
            }
        }
    }

    /// <summary>The operation failed in a bundle of its own. True when it has to be dropped.</summary>
    public bool FailedAlone(Hash32 userOpHash)
    {
        lock (_lock)
        {
            Suspicion suspicion = Count(userOpHash);
            suspicion.Failures = Math.Max(suspicion.Failures, options.Value.SuspectAfterFailures);
            suspicion.Alone++;
            return suspicion.Alone >= options.Value.DropAfterFailures;
        }
    }

    public void Forget(Hash32 userOpHash)
    {
        lock (_lock)
        {
            _suspicions.Remove(userOpHash);
        }
    }

    private Suspicion Count(Hash32 userOpHash)
    {
        if (!_suspicions.TryGetValue(userOpHash, out Suspicion? suspicion))
        {
            if (_suspicions.Count >= Capacity)
            {
                _suspicions.Remove(_suspicions.MinBy(pair => pair.Value.Since).Key);
            }

            _suspicions[userOpHash] = suspicion = new Suspicion { Pause = FirstPause };
        }
        else
        {
            suspicion.Pause = TimeSpan.FromTicks(Math.Min(suspicion.Pause.Ticks * 2, LongestPause.Ticks));
        }

        suspicion.Failures++;
        suspicion.Since = clock.GetTimestamp();
        return suspicion;
    }

    private sealed class Suspicion
    {
        public int Failures { get; set; }

        public int Alone { get; set; }

        public long Since { get; set; }

        public TimeSpan Pause { get; set; }
    }
}
