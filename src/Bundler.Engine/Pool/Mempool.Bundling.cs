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
                return _byHash.Values.Count(entry => entry.State == EntryState.Pending);
            }
        }
    }

    /// <summary>
    /// What may be bundled, best paid first. Of the operations of one sender and nonce key only the first pending one and those that
    /// follow it without a gap are offered, in order; behind one that is in flight the rest waits.
    /// </summary>
    /// <param name="baseFeePerGas">wei per gas of the coming block.</param>
    /// <param name="limit">The most entries to return.</param>
    public IReadOnlyList<MempoolEntry> Candidates(UInt256 baseFeePerGas, int limit)
    {
        lock (_lock)
        {
            List<((SortedList<ulong, MempoolEntry> Queue, int Index), (UInt256 Tip, long Sequence))> first = new(_queues.Count);
            foreach (SortedList<ulong, MempoolEntry> queue in _queues.Values)
            {
                if (queue.Values[0].State == EntryState.Pending)
                {
                    first.Add(((queue, 0), Rank(queue.Values[0])));
                }
            }

            PriorityQueue<(SortedList<ulong, MempoolEntry> Queue, int Index), (UInt256 Tip, long Sequence)> heads = new(first, BestFirst.Instance);
            List<MempoolEntry> offered = [];
            while (offered.Count < limit && heads.TryDequeue(out (SortedList<ulong, MempoolEntry> Queue, int Index) head, out _))
            {
                offered.Add(head.Queue.Values[head.Index]);
                int next = head.Index + 1;
                if (next < head.Queue.Count
                    && head.Queue.Keys[next] == head.Queue.Keys[head.Index] + 1
                    && head.Queue.Values[next].State == EntryState.Pending)
                {
                    heads.Enqueue((head.Queue, next), Rank(head.Queue.Values[next]));
                }
            }

            return offered;

            (UInt256 Tip, long Sequence) Rank(MempoolEntry entry) => (Tip(entry.Operation, baseFeePerGas), entry.Sequence);
        }
    }

    /// <summary>What was taken for bundles and is neither settled nor given back.</summary>
    public IReadOnlyList<MempoolEntry> InFlight()
    {
        lock (_lock)
        {
            return [.. _byHash.Values.Where(entry => entry.State == EntryState.Bundled)];
        }
    }

    /// <summary>Marks operations as being in a bundle; those that are gone or taken are left out of the result.</summary>
    public IReadOnlyList<MempoolEntry> Take(IEnumerable<Hash32> userOpHashes) =>
        SetState(userOpHashes, entry => entry.IsIdle ? EntryState.Bundled : entry.State);

    /// <summary>Gives operations back that were taken; what was never validated here has to be before it is offered.</summary>
    public void Release(IEnumerable<Hash32> userOpHashes) => SetState(
        userOpHashes,
        entry => entry.State != EntryState.Bundled ? entry.State : entry.Validation is null ? EntryState.Unvalidated : EntryState.Pending);

    /// <summary>A new validation result for an operation, which may be bundled now; its indexes follow.</summary>
    public void Revalidated(Hash32 userOpHash, ValidationResult result)
    {
        lock (_lock)
        {
            if (_byHash.TryGetValue(userOpHash, out MempoolEntry? entry))
            {
                Unlink(entry);
                Link(entry with { Validation = result, State = entry.State == EntryState.Unvalidated ? EntryState.Pending : entry.State });
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
                Unlink(entry);
                Link(entry with { Validation = null, State = EntryState.Unvalidated });
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

    /// <summary>Highest tip first, then first come.</summary>
    private sealed class BestFirst : IComparer<(UInt256 Tip, long Sequence)>
    {
        public static BestFirst Instance { get; } = new();

        public int Compare((UInt256 Tip, long Sequence) x, (UInt256 Tip, long Sequence) y)
        {
            int byTip = y.Tip.CompareTo(x.Tip);
            return byTip != 0 ? byTip : x.Sequence.CompareTo(y.Sequence);
        }
    }
}
