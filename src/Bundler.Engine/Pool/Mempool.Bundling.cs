using Bundler.Engine.Validation;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Pool;

/// <summary>What bundles take, and give back.</summary>
public sealed partial class Mempool
{
    /// <summary>How many wait for a bundle, without looking at limits.</summary>
    public int Pending
    {
        get
        {
            lock (_lock)
            {
                return _pending;
            }
        }
    }

    /// <summary>
    /// What may be bundled, in the order of its worth to us. Of the operations of one sender and nonce key only the first pending one and those that
    /// follow it without a gap are offered, in order; behind one that is in flight the rest waits.
    /// </summary>
    /// <param name="baseFeePerGas">wei per gas of the coming block.</param>
    /// <param name="limit">The most entries to return.</param>
    /// <param name="cannotGo">Who is known to wait for something and takes nobody's place; what follows it waits with it. Asked under the lock.</param>
    public IReadOnlyList<MempoolEntry> Candidates(UInt256 baseFeePerGas, int limit, Predicate<MempoolEntry>? cannotGo = null)
    {
        lock (_lock)
        {
            PriorityQueue<MempoolEntry, Rank> heads = new(BestHeads(baseFeePerGas, limit, cannotGo));
            List<MempoolEntry> offered = [];
            while (offered.Count < limit && heads.TryDequeue(out MempoolEntry? head, out _))
            {
                offered.Add(head);
                if (_queues.Next(head) is { State: EntryState.Pending } next && cannotGo?.Invoke(next) != true)
                {
                    heads.Enqueue(next, Worth.Of(next).At(baseFeePerGas));
                }
            }

            return offered;
        }
    }

    /// <summary>What was taken for bundles and is neither settled nor given back.</summary>
    public IReadOnlyList<MempoolEntry> InFlight()
    {
        lock (_lock)
        {
            return [.. _inFlight.Select(hash => _byHash[hash])];
        }
    }

    /// <summary>Marks operations as being in a bundle; those that are gone or taken are left out of the result.</summary>
    public IReadOnlyList<MempoolEntry> Take(IEnumerable<Hash32> userOpHashes) =>
        SetState(userOpHashes, entry => entry.IsIdle ? EntryState.Bundled : entry.State);

    /// <summary>Gives operations back that were taken; what was never validated here has to be before it is offered.</summary>
    public void Release(IEnumerable<Hash32> userOpHashes) => SetState(userOpHashes, Released);

    /// <summary>A new validation result for an operation, which may be bundled now; its indexes follow.</summary>
    public void Revalidated(Hash32 userOpHash, ValidationResult result)
    {
        lock (_lock)
        {
            if (_byHash.TryGetValue(userOpHash, out MempoolEntry? entry))
            {
                Relink(entry with { Validation = result, State = entry.State == EntryState.Unvalidated ? EntryState.Pending : entry.State });
            }
        }
    }

    /// <summary>What was shown of an operation may not hold any more: it is validated from the ground up before it is offered again.</summary>
    public void Doubt(Hash32 userOpHash)
    {
        lock (_lock)
        {
            if (_byHash.TryGetValue(userOpHash, out MempoolEntry? entry))
            {
                Relink(entry with { Validation = null, State = EntryState.Unvalidated });
            }
        }
    }

    private List<MempoolEntry> SetState(IEnumerable<Hash32> userOpHashes, Func<MempoolEntry, EntryState> next)
    {
        List<MempoolEntry> changed = [];
        lock (_lock)
        {
            foreach (Hash32 userOpHash in userOpHashes)
            {
                if (_byHash.TryGetValue(userOpHash, out MempoolEntry? entry) && next(entry) is var state && state != entry.State)
                {
                    entry = entry with { State = state };
                    Replace(entry);
                    changed.Add(entry);
                }
            }
        }

        return changed;
    }

    /// <summary>
    /// The best of the first ones of every nonce order. No base fee lets anybody pay more than none does, so whoever is looked for in the order of
    /// tips without it is found before the end: on a chain without base fees at once.
    /// </summary>
    private IEnumerable<(MempoolEntry Entry, Rank Rank)> BestHeads(UInt256 baseFeePerGas, int limit, Predicate<MempoolEntry>? cannotGo)
    {
        PriorityQueue<MempoolEntry, Rank> best = new(Rank.LastFirst);
        foreach (Worth worth in _byWorth.Reverse())
        {
            Rank rank = worth.At(baseFeePerGas);
            if (best.Count == limit && best.TryPeek(out _, out Rank last) && last.CompareTo(rank) < 0)
            {
                if (last.CompareTo(worth.At(UInt256.Zero)) < 0)
                {
                    break;
                }

                continue;
            }

            if (_byHash[worth.UserOpHash] is not { State: EntryState.Pending } entry || !_queues.IsFirst(entry) || cannotGo?.Invoke(entry) == true)
            {
                continue;
            }

            if (best.Count < limit)
            {
                best.Enqueue(entry, rank);
            }
            else
            {
                best.EnqueueDequeue(entry, rank);
            }
        }

        return best.UnorderedItems;
    }
}
