using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Pool;

/// <summary>
/// How operations leave: included, dropped, evicted. The eviction order: whatever is worth least goes first, of equals the youngest; never
/// one that is in a bundle or being stored, nor one of the sender for whom room is made. What waits behind an evicted nonce goes with it.
/// </summary>
public sealed partial class Mempool
{
    private const string EvictedReason = "evicted: the mempool is full and it paid least";

    /// <summary>
    /// Takes operations out for good, wherever they stand, with their last word. When one is dropped, those that wait behind its nonce are
    /// dropped with it.
    /// </summary>
    public Task<IReadOnlyList<MempoolEntry>> RemoveAsync(
        IReadOnlyCollection<Hash32> userOpHashes, OperationState end, Func<MempoolEntry, string?> reason, Hash32? transactionHash, CancellationToken cancellationToken) =>
        EndAsync(
            removed =>
            {
                foreach (MempoolEntry entry in userOpHashes.Select(_byHash.GetValueOrDefault).OfType<MempoolEntry>())
                {
                    Remove(entry, Status(entry.UserOpHash, end, reason(entry), transactionHash), removed);
                }
            },
            cancellationToken);

    /// <summary>Drops operations unless they have been taken for a bundle meanwhile.</summary>
    public Task<IReadOnlyList<MempoolEntry>> DropAsync(
        IReadOnlyCollection<Hash32> userOpHashes, Func<MempoolEntry, string> reason, CancellationToken cancellationToken) =>
        EndAsync(
            removed =>
            {
                foreach (MempoolEntry entry in userOpHashes.Select(_byHash.GetValueOrDefault).OfType<MempoolEntry>().Where(entry => entry.IsIdle))
                {
                    Remove(entry, Status(entry.UserOpHash, OperationState.Dropped, reason(entry)), removed);
                }
            },
            cancellationToken);

    /// <summary>Evicts until the bounds are kept: they may have been lowered since the last start, and a reorganisation gives operations back.</summary>
    public Task<IReadOnlyList<MempoolEntry>> TrimAsync(CancellationToken cancellationToken) =>
        EndAsync(
            removed =>
            {
                if (_byHash.Count > options.MaxOperations || _bytes > options.MaxBytes)
                {
                    removed.AddRange(Cheapest(_byHash.Count - options.MaxOperations, _bytes - options.MaxBytes, _ => true));
                    removed.ForEach(item => Unlink(item.Entry));
                }
            },
            cancellationToken);

    /// <summary>Forgets everything without a word (debug_bundler_clearState).</summary>
    public async Task ClearAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            foreach (MempoolEntry entry in _byHash.Values.ToArray())
            {
                Unlink(entry);
            }
        }

        await store.ClearAsync(EntryPoint.Address, cancellationToken);
    }

    private void Remove(MempoolEntry entry, OperationStatusRecord end, List<Leaving> removed)
    {
        if (!_byHash.ContainsKey(entry.UserOpHash))
        {
            return;
        }

        Unlink(entry);
        removed.Add((entry, end));
        if (end.State == OperationState.Dropped)
        {
            foreach (MempoolEntry behind in Behind(entry))
            {
                Unlink(behind);
                removed.Add((behind, Status(behind.UserOpHash, OperationState.Dropped, BehindReason(entry))));
            }
        }
    }

    /// <summary>Durable first, then told: on a fault of the store all of them are back.</summary>
    /// <param name="unlink">Takes them out, under the lock.</param>
    private async Task<IReadOnlyList<MempoolEntry>> EndAsync(
        Action<List<Leaving>> unlink, CancellationToken cancellationToken)
    {
        Placement placement = new();
        bool leaves;
        lock (_lock)
        {
            leaves = Place(placement, unlink);
        }

        if (!leaves)
        {
            return [];
        }

        bool stored = false;
        try
        {
            await store.ChangeAsync(Decide, cancellationToken);
            stored = leaves;
        }
        finally
        {
            lock (_lock)
            {
                if (stored)
                {
                    Settle(placement);
                }
                else
                {
                    TakeBack(placement);
                }
            }
        }

        if (!leaves)
        {
            return [];
        }

        placement.Leaving.ForEach(item => Announce(item.Entry, item.End));
        return [.. placement.Leaving.Select(item => item.Entry)];

        PoolWrite? Decide()
        {
            lock (_lock)
            {
                leaves = DecideOn(placement, () => Place(placement, unlink), true);
                return leaves ? new PoolWrite(null, Ends(placement)) : null;
            }
        }
    }

    /// <summary>What leaves keeps its room until the store knows, for it may have to come back; who comes in its place may use it already.</summary>
    private Room Hold(List<Leaving> leaving, MempoolEntry? instead = null)
    {
        Room room = new(
            Math.Max(0, leaving.Count - (instead is null ? 0 : 1)),
            Math.Max(0, leaving.Sum(item => (long)item.Entry.Size) - (instead?.Size ?? 0)));
        _held += room;
        return room;
    }

    private List<MempoolEntry> Behind(MempoolEntry entry) => [.. _queues.Behind(entry).Where(other => other.IsIdle)];

    /// <summary>Who has to go for the entry, nobody if there is room; <c>null</c> when all who could pay as much as it does.</summary>
    private List<Leaving>? MakeRoom(MempoolEntry entry, MempoolEntry? replaced)
    {
        int count = _byHash.Count + _held.Operations + (replaced is null ? 1 : 0) - options.MaxOperations;
        long bytes = _bytes + _held.Bytes + entry.Size - (replaced?.Size ?? 0) - options.MaxBytes;
        if (count <= 0 && bytes <= 0)
        {
            return [];
        }

        UInt256 worth = Worth.Of(entry).WithoutBaseFee;
        List<Leaving> evicted =
            Cheapest(count, bytes, candidate => candidate.Operation.Sender != entry.Operation.Sender && Worth.Of(candidate).WithoutBaseFee < worth);
        return evicted.Count >= count && evicted.Sum(item => (long)item.Entry.Size) >= bytes ? evicted : null;
    }

    /// <summary>The first ones by eviction order until so many operations and bytes are found, or there are no more.</summary>
    private List<Leaving> Cheapest(int count, long bytes, Func<MempoolEntry, bool> mayGo)
    {
        List<Leaving> found = [];
        HashSet<Hash32> known = [];
        foreach (MempoolEntry candidate in _byWorth.Select(worth => _byHash[worth.UserOpHash]).Where(entry => entry.IsIdle && mayGo(entry)))
        {
            if (count <= 0 && bytes <= 0)
            {
                break;
            }

            Include(candidate, EvictedReason);
            foreach (MempoolEntry behind in Behind(candidate))
            {
                Include(behind, BehindReason(candidate));
            }
        }

        return found;

        void Include(MempoolEntry entry, string reason)
        {
            if (known.Add(entry.UserOpHash))
            {
                found.Add((entry, Status(entry.UserOpHash, OperationState.Dropped, reason)));
                count--;
                bytes -= entry.Size;
            }
        }
    }

    /// <summary>An operation on its way out, with its last word.</summary>
    private readonly record struct Leaving(MempoolEntry Entry, OperationStatusRecord End)
    {
        public static implicit operator Leaving((MempoolEntry Entry, OperationStatusRecord End) pair) => new(pair.Entry, pair.End);
    }

    /// <summary>A part of what the bounds allow.</summary>
    private readonly record struct Room(int Operations, long Bytes)
    {
        public static Room operator +(Room left, Room right) => new(left.Operations + right.Operations, left.Bytes + right.Bytes);

        public static Room operator -(Room left, Room right) => new(left.Operations - right.Operations, left.Bytes - right.Bytes);
    }
}
