using Bundler.Engine.Bundling.Choosing;
using Bundler.Engine.Pool;
using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Options;

namespace Bundler.Engine.Bundling.Blaming;

/// <summary>
/// Operations whose bundles failed for no nameable reason. A suspect only travels alone, after a pause that doubles, and is dropped when it
/// failed alone often enough: one poison operation blocks nobody. It is not kept over a restart: who is innocent again fails again.
/// </summary>
public sealed class SuspectList(IOptions<BundlingOptions> options, TimeProvider clock)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(10);

    /// <summary>Operations leave the pool in many ways; beyond this many the suspicion that is oldest is forgotten.</summary>
    private const int Capacity = 1024;

    /// <summary>So long a suspect whose pause is over lets operations that pay better go first; then the next bundle is its own.</summary>
    private static readonly TimeSpan Courtesy = TimeSpan.FromSeconds(2);

    /// <summary>What may pass by itself, as a transaction that is pending elsewhere, is tried so many times more often: with the pauses it is minutes.</summary>
    private const int PassingPatience = 2;

    /// <summary>A failure for which everybody has waited counts for so many; not for all, since a node may be busy for a moment.</summary>
    private const int DearFailure = 2;

    private readonly Lock _lock = new();
    private readonly HashSet<Address> _hadTurn = [];
    private readonly Dictionary<Hash32, Suspicion> _suspicions = [];
    private readonly Companies _companies = new();

    /// <summary>Somebody failed lately.</summary>
    public bool Any
    {
        get
        {
            lock (_lock)
            {
                return _suspicions.Count > 0;
            }
        }
    }

    public bool IsSuspect(Hash32 userOpHash)
    {
        lock (_lock)
        {
            return _suspicions.TryGetValue(userOpHash, out Suspicion? suspicion) && suspicion.Failures >= options.Value.SuspectAfterFailures;
        }
    }

    /// <summary>
    /// A suspect may only begin a bundle, and only when its pause is over; nothing joins a suspect, and halves of what was refused together stay apart.
    /// </summary>
    public bool MayJoin(BundleDraft draft, MempoolEntry next)
    {
        lock (_lock)
        {
            return _companies.MayJoin(draft, next)
                && (!_suspicions.TryGetValue(next.UserOpHash, out Suspicion? suspicion)
                    || suspicion.Failures < options.Value.SuspectAfterFailures
                    || (draft.Entries.Count == 0 && Waited(suspicion) >= TimeSpan.Zero));
        }
    }

    /// <summary>Why an operation that may not join waits.</summary>
    public string WhyApart(Hash32 userOpHash)
    {
        lock (_lock)
        {
            return _suspicions.TryGetValue(userOpHash, out Suspicion? suspicion) && suspicion.Reason.Length > 0
                ? $"it goes alone, after a pause, for its bundle failed: {suspicion.Reason}"
                : "bundles with it failed: it goes apart from others";
        }
    }

    /// <summary>
    /// The suspects whose turn it is although others pay better, the one that has waited longest first; none right after a turn, however many wait:
    /// then the bundle is the others'.
    /// </summary>
    /// <param name="entryPoint">Whose operations they are: every EntryPoint has turns of its own.</param>
    /// <param name="candidates">What may be bundled.</param>
    public IReadOnlyList<MempoolEntry> Overdue(Address entryPoint, IReadOnlyList<MempoolEntry> candidates)
    {
        lock (_lock)
        {
            return _suspicions.Count == 0 || _hadTurn.Remove(entryPoint)
                ? []
                : [.. candidates.Where(IsOverdue).OrderByDescending(entry => Waited(_suspicions[entry.UserOpHash]))];
        }
    }

    /// <summary>A suspect that was overdue has gone.</summary>
    public void TookTurn(Address entryPoint)
    {
        lock (_lock)
        {
            _hadTurn.Add(entryPoint);
        }
    }

    /// <summary>A company goes through without it only: from now on it travels alone.</summary>
    public void Accuse(Hash32 userOpHash, string reason = "")
    {
        lock (_lock)
        {
            Suspicion suspicion = Count(userOpHash);
            suspicion.Failures = Math.Max(suspicion.Failures, options.Value.SuspectAfterFailures);
            suspicion.Reason = reason;
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

    /// <summary>No node takes these together: the halves go on, each by itself.</summary>
    public void Split(IReadOnlyList<Hash32> refused)
    {
        lock (_lock)
        {
            _companies.Split(refused);
        }
    }

    /// <summary>A node took these together: they may go with anybody.</summary>
    public void Took(IEnumerable<Hash32> userOpHashes)
    {
        lock (_lock)
        {
            foreach (Hash32 userOpHash in userOpHashes)
            {
                _companies.Leave(userOpHash);
            }
        }
    }

    /// <summary>The operation failed in a bundle of its own, or is known to have made it fail. True when it has to be dropped.</summary>
    /// <param name="userOpHash">The operation.</param>
    /// <param name="reason">Why, for whoever asks while it waits.</param>
    /// <param name="isPassing">The cause may well be gone in a while.</param>
    /// <param name="isDear">It took all the time that a bundle has.</param>
    public bool FailedAlone(Hash32 userOpHash, string reason = "", bool isPassing = false, bool isDear = false)
    {
        lock (_lock)
        {
            _companies.Leave(userOpHash);
            Suspicion suspicion = Count(userOpHash);
            suspicion.Failures = Math.Max(suspicion.Failures, options.Value.SuspectAfterFailures);
            suspicion.Alone += isDear && !isPassing ? DearFailure : 1;
            suspicion.Reason = reason;
            return suspicion.Alone >= options.Value.DropAfterFailures * (isPassing ? PassingPatience : 1);
        }
    }

    public void Forget(Hash32 userOpHash)
    {
        lock (_lock)
        {
            _suspicions.Remove(userOpHash);
            _companies.Leave(userOpHash);
        }
    }

    private bool IsOverdue(MempoolEntry entry) =>
        _suspicions.TryGetValue(entry.UserOpHash, out Suspicion? suspicion)
        && suspicion.Failures >= options.Value.SuspectAfterFailures
        && Waited(suspicion) >= Courtesy;

    /// <summary>Since its pause was over.</summary>
    private TimeSpan Waited(Suspicion suspicion) => clock.GetElapsedTime(suspicion.Since) - suspicion.Pause;

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

        public string Reason { get; set; } = "";

        public long Since { get; set; }

        public TimeSpan Pause { get; set; }
    }
}
