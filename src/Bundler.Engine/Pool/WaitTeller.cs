using System.Runtime.CompilerServices;
using Bundler.Engine.Fleet;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Logging;

namespace Bundler.Engine.Pool;

/// <summary>
/// Tells the other nodes, through the store, why operations wait whose bundles this node builds: once a second at most, what has changed, in a bounded batch.
/// Who waits for the next bundle alone is passed over: told is what waits at two looks. Silent where one node is alone, and where nobody waits.
/// </summary>
internal sealed class WaitTeller(IWaitStore store, Mempools mempools, Duties duties, ILogger<WaitTeller> logger, TimeProvider clock)
    : EngineLoop<bool>(logger, clock)
{
    /// <summary>Operations in one batch; what changes beyond is told by the next.</summary>
    internal const int BatchSize = 200;

    /// <summary>Of a reason others hear so many characters.</summary>
    internal const int LongestReason = 1_000;

    internal static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private readonly ILogger _logger = logger;

    // Of each EntryPoint as many as its pool has.
    private readonly Dictionary<Address, Told> _told = [];

    protected override async IAsyncEnumerable<bool> Source([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (!store.IsShared)
        {
            yield break;
        }

        using PeriodicTimer timer = new(Every, Clock);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            yield return true;
        }
    }

    protected override Task StepAsync(bool item, CancellationToken cancellationToken) => TellAsync(cancellationToken);

    /// <summary>One batch of each EntryPoint, as far as there is something to tell.</summary>
    internal async Task TellAsync(CancellationToken cancellationToken)
    {
        foreach (Mempool pool in mempools.All)
        {
            Address entryPoint = pool.EntryPoint.Address;
            try
            {
                if (duties.Find(DutyNames.Builder(entryPoint)) is { } fence)
                {
                    await TellAsync(pool, await ToldAsync(entryPoint, fence, cancellationToken), cancellationToken);
                }
                else if (_told.Remove(entryPoint))
                {
                    pool.ForgetReasons();
                }
            }
            catch (LeaseLostException lost)
            {
                duties.Refused(lost.Fence);
                _logger.Fenced(lost.Fence.Name, lost.Fence.Number);
            }
        }
    }

    private async Task TellAsync(Mempool pool, Told told, CancellationToken cancellationToken)
    {
        Dictionary<Hash32, string?> changed = told.Changes(pool).Take(BatchSize).ToDictionary();
        if (changed.Count > 0)
        {
            await store.TellAsync(changed, told.Fence, cancellationToken);
            told.Remember(changed);
        }
    }

    /// <summary>Who takes the duty up goes on from what the one before has told.</summary>
    private async Task<Told> ToldAsync(Address entryPoint, Fence fence, CancellationToken cancellationToken)
    {
        if (_told.GetValueOrDefault(entryPoint) is not { } told || told.Fence != fence)
        {
            told = new Told(fence, new(await store.LoadAsync(entryPoint, cancellationToken)));
            _told[entryPoint] = told;
        }

        return told;
    }

    /// <summary>What others were told under one number of the duty.</summary>
    private sealed record Told(Fence Fence, Dictionary<Hash32, string> Reasons)
    {
        private IReadOnlyDictionary<Hash32, string> _lastLook = new Dictionary<Hash32, string>();

        public IEnumerable<KeyValuePair<Hash32, string?>> Changes(Mempool pool)
        {
            IReadOnlyDictionary<Hash32, string> now = pool.OwnReasons();
            (IReadOnlyDictionary<Hash32, string> before, _lastLook) = (_lastLook, now);
            foreach ((Hash32 userOpHash, string reason) in now)
            {
                if (before.ContainsKey(userOpHash) && Text(reason) is var text && Reasons.GetValueOrDefault(userOpHash) != text)
                {
                    yield return new(userOpHash, text);
                }
            }

            foreach (Hash32 known in Reasons.Keys.Where(known => !now.ContainsKey(known)).ToArray())
            {
                if (!pool.TryGet(known, out MempoolEntry? entry))
                {
                    // Its reason has gone with it.
                    Reasons.Remove(known);
                }
                else if (entry.IsIdle)
                {
                    yield return new(known, null);
                }
            }
        }

        // Reasons may hold what a contract said, and the store takes no zero and no half of a character.
        private static string Text(string reason)
        {
            string clean = OutsideText.Clean(reason);
            return clean.Length <= LongestReason ? clean : clean[..(char.IsHighSurrogate(clean[LongestReason - 1]) ? LongestReason - 1 : LongestReason)];
        }

        public void Remember(IReadOnlyDictionary<Hash32, string?> told)
        {
            foreach ((Hash32 userOpHash, string? reason) in told)
            {
                if (reason is null)
                {
                    Reasons.Remove(userOpHash);
                }
                else
                {
                    Reasons[userOpHash] = reason;
                }
            }
        }
    }
}
