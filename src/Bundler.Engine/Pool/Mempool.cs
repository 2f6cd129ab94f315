using System.Diagnostics.CodeAnalysis;
using Bundler.Engine.Development;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Pool;

/// <summary>
/// The pending operations of one EntryPoint. The store decides and memory remembers: an operation is offered to bundles only once it is
/// durable, and leaves the store with its last word. One lock guards the indexes; nothing awaits inside it.
/// </summary>
public sealed partial class Mempool(EntryPoint entryPoint, PoolOptions options, IMempoolStore store, OperationFeed feed, TimeProvider clock)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Hash32, MempoolEntry> _byHash = [];
    private readonly Dictionary<(Address Sender, UInt256 Key), SortedList<ulong, MempoolEntry>> _queues = [];
    private readonly EntityIndex _entities = new();
    private readonly Dictionary<Address, UInt256> _reserves = [];
    private readonly Dictionary<Address, HashSet<Hash32>> _touchedContracts = [];
    private long _bytes;

    public EntryPoint EntryPoint { get; } = entryPoint;

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _byHash.Count;
            }
        }
    }

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
    /// Admits an entry: the rules are asked under the lock, the operation is written to the store, and only then offered to bundles.
    /// </summary>
    /// <param name="entry">The operation, validated.</param>
    /// <param name="check">What the pool's rules say of it now; they see the view only during the call.</param>
    public async Task<Outcome<Hash32>> AddAsync(MempoolEntry entry, Func<MempoolView, Rejection?> check, CancellationToken cancellationToken)
    {
        entry = entry with { State = EntryState.Storing };
        MempoolEntry? replaced;
        MempoolEntry? evicted;
        lock (_lock)
        {
            if (check(new MempoolView(this)) is { } rejection)
            {
                return rejection;
            }

            replaced = Find(entry.Operation.Sender, entry.Operation.Nonce);
            if (!MakeRoom(entry, replaced, out evicted))
            {
                return new Rejection.LimitExceeded("the mempool is full of operations that pay more");
            }

            if (replaced is not null)
            {
                Unlink(replaced);
            }

            Link(entry);
        }

        List<OperationStatusRecord> ended = [];
        if (replaced is not null)
        {
            ended.Add(Status(replaced.UserOpHash, OperationState.Replaced, $"replaced by {entry.UserOpHash}"));
        }

        bool stored = false;
        try
        {
            FaultSwitch.Pass(FaultPoint.BeforeOperationStored);
            await store.AddAsync(ToStored(entry), ended, cancellationToken);
            stored = true;
            FaultSwitch.Pass(FaultPoint.AfterOperationStored);
        }
        finally
        {
            lock (_lock)
            {
                if (!stored)
                {
                    Unlink(entry);
                    if (replaced is not null)
                    {
                        Link(replaced);
                    }
                }
                else if (_byHash.ContainsKey(entry.UserOpHash))
                {
                    Replace(entry with { State = EntryState.Pending });
                }
            }
        }

        if (replaced is not null)
        {
            feed.Publish(new OperationEvent(ended[0], EntryPoint.Address, replaced.Operation.Sender, replaced.Operation.Nonce));
        }

        Announce(entry, OperationState.Pending, null, null);
        if (evicted is not null)
        {
            await RemoveAsync([evicted.UserOpHash], OperationState.Dropped, _ => "evicted: the mempool is full and it paid least", null, cancellationToken);
        }

        return entry.UserOpHash;
    }

    /// <summary>Puts an operation back that the store already holds: at the start, or after a reorganisation.</summary>
    public void Restore(MempoolEntry entry)
    {
        lock (_lock)
        {
            if (!_byHash.ContainsKey(entry.UserOpHash) && Find(entry.Operation.Sender, entry.Operation.Nonce) is null)
            {
                Link(entry);
            }
        }
    }

    public bool TryGet(Hash32 userOpHash, [NotNullWhen(true)] out MempoolEntry? entry)
    {
        lock (_lock)
        {
            return _byHash.TryGetValue(userOpHash, out entry);
        }
    }

    public MempoolEntry? FindBy(Address sender, UInt256 nonce)
    {
        lock (_lock)
        {
            return Find(sender, nonce);
        }
    }

    /// <summary>All entries in order of arrival.</summary>
    public IReadOnlyList<MempoolEntry> Snapshot()
    {
        lock (_lock)
        {
            return [.. _byHash.Values.OrderBy(entry => entry.Sequence)];
        }
    }

    /// <summary>Asks the view under the lock, for rules that run before validation.</summary>
    public T Ask<T>(Func<MempoolView, T> question)
    {
        lock (_lock)
        {
            return question(new MempoolView(this));
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
            PriorityQueue<(SortedList<ulong, MempoolEntry> Queue, int Index), (UInt256 Tip, long Sequence)> heads = new(BestFirst.Instance);
            foreach (SortedList<ulong, MempoolEntry> queue in _queues.Values)
            {
                Offer(queue, 0);
            }

            List<MempoolEntry> offered = [];
            while (offered.Count < limit && heads.TryDequeue(out (SortedList<ulong, MempoolEntry> Queue, int Index) head, out _))
            {
                offered.Add(head.Queue.Values[head.Index]);
                int next = head.Index + 1;
                if (next < head.Queue.Count && head.Queue.Keys[next] == head.Queue.Keys[head.Index] + 1)
                {
                    Offer(head.Queue, next);
                }
            }

            return offered;

            void Offer(SortedList<ulong, MempoolEntry> queue, int index)
            {
                MempoolEntry entry = queue.Values[index];
                if (entry.State == EntryState.Pending)
                {
                    heads.Enqueue((queue, index), (Tip(entry.Operation, baseFeePerGas), entry.Sequence));
                }
            }
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
        SetState(userOpHashes, state => state is EntryState.Pending or EntryState.Unvalidated, EntryState.Bundled);

    /// <summary>Gives operations back that were taken.</summary>
    public void Release(IEnumerable<Hash32> userOpHashes) => SetState(userOpHashes, state => state == EntryState.Bundled, EntryState.Pending);

    /// <summary>Offers to bundles what was restored at the start: the chain has been followed up to the head, so it is not included yet.</summary>
    public void Activate()
    {
        lock (_lock)
        {
            foreach (MempoolEntry entry in _byHash.Values.Where(entry => entry.State == EntryState.Unvalidated).ToArray())
            {
                Replace(entry with { State = EntryState.Pending });
            }
        }
    }

    /// <summary>A new validation result for a pending operation; its indexes follow.</summary>
    public void Revalidated(Hash32 userOpHash, Validation.ValidationResult result)
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

    /// <summary>
    /// Takes operations out for good, with their last word. When one is dropped, those that wait behind its nonce are dropped with it.
    /// </summary>
    public async Task<IReadOnlyList<MempoolEntry>> RemoveAsync(
        IReadOnlyCollection<Hash32> userOpHashes, OperationState end, Func<MempoolEntry, string?> reason, Hash32? transactionHash, CancellationToken cancellationToken)
    {
        List<(MempoolEntry Entry, OperationStatusRecord End)> removed = [];
        lock (_lock)
        {
            foreach (Hash32 userOpHash in userOpHashes)
            {
                if (!_byHash.TryGetValue(userOpHash, out MempoolEntry? entry))
                {
                    continue;
                }

                Unlink(entry);
                removed.Add((entry, Status(userOpHash, end, reason(entry), transactionHash)));
                if (end == OperationState.Dropped)
                {
                    foreach (MempoolEntry behind in Behind(entry))
                    {
                        Unlink(behind);
                        removed.Add((behind, Status(behind.UserOpHash, OperationState.Dropped, BehindReason(entry))));
                    }
                }
            }
        }

        if (removed.Count == 0)
        {
            return [];
        }

        bool stored = false;
        try
        {
            await store.RemoveAsync([.. removed.Select(item => item.End)], cancellationToken);
            stored = true;
        }
        finally
        {
            if (!stored)
            {
                foreach ((MempoolEntry entry, _) in removed)
                {
                    Restore(entry);
                }
            }
        }

        foreach ((MempoolEntry entry, OperationStatusRecord last) in removed)
        {
            feed.Publish(new OperationEvent(last, EntryPoint.Address, entry.Operation.Sender, entry.Operation.Nonce));
        }

        return [.. removed.Select(item => item.Entry)];
    }

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

    /// <summary>Why an operation goes when one before it was dropped.</summary>
    internal static string BehindReason(MempoolEntry first) => $"the operation {first.UserOpHash} before it in its nonce order was dropped";

    /// <summary>wei per gas that the operation pays beyond the base fee.</summary>
    internal static UInt256 Tip(UserOperation operation, UInt256 baseFeePerGas) =>
        UInt256.Min(operation.MaxPriorityFeePerGas, UInt256.SubtractToZero(operation.MaxFeePerGas, baseFeePerGas));

    internal MempoolEntry? Find(Address sender, UInt256 nonce)
    {
        UserOperationNonce parts = UserOperationNonce.Of(nonce);
        return _queues.TryGetValue((sender, parts.Key), out SortedList<ulong, MempoolEntry>? queue) && queue.TryGetValue(parts.Sequence, out MempoolEntry? entry)
            ? entry
            : null;
    }

    internal bool Contains(Hash32 userOpHash) => _byHash.ContainsKey(userOpHash);

    internal EntityIndex Entities => _entities;

    internal UInt256 Reserve(Address paymaster) => _reserves.GetValueOrDefault(paymaster);

    internal IEnumerable<MempoolEntry> Of(Entity entity) => _entities.Operations(entity).Select(hash => _byHash[hash]);

    internal IReadOnlyList<MempoolEntry> Queue(Address sender, UInt256 key) =>
        _queues.TryGetValue((sender, key), out SortedList<ulong, MempoolEntry>? queue) ? [.. queue.Values] : [];

    internal bool IsTouched(Address contract) => _touchedContracts.ContainsKey(contract);

    internal IEnumerable<MempoolEntry> TouchedBy(Address contract) =>
        _touchedContracts.TryGetValue(contract, out HashSet<Hash32>? by) ? by.Select(hash => _byHash[hash]) : [];

    private IReadOnlyList<MempoolEntry> SetState(IEnumerable<Hash32> userOpHashes, Func<EntryState, bool> from, EntryState to)
    {
        List<MempoolEntry> changed = [];
        lock (_lock)
        {
            foreach (Hash32 userOpHash in userOpHashes)
            {
                if (_byHash.TryGetValue(userOpHash, out MempoolEntry? entry) && from(entry.State))
                {
                    entry = entry with { State = to };
                    Replace(entry);
                    changed.Add(entry);
                }
            }
        }

        return changed;
    }

    private List<MempoolEntry> Behind(MempoolEntry entry)
    {
        UserOperationNonce nonce = entry.Nonce;
        return _queues.TryGetValue((entry.Operation.Sender, nonce.Key), out SortedList<ulong, MempoolEntry>? queue)
            ? [.. queue.Where(pair => pair.Key > nonce.Sequence && pair.Value.State is not (EntryState.Bundled or EntryState.Storing)).Select(pair => pair.Value)]
            : [];
    }

    /// <summary>
    /// Eviction order: among the pending ones whatever pays least, and of those the youngest; never one that is in a bundle, nor one of the
    /// same sender, because what waits behind an evicted nonce goes with it.
    /// </summary>
    private bool MakeRoom(MempoolEntry entry, MempoolEntry? replaced, out MempoolEntry? evicted)
    {
        evicted = null;
        if (replaced is not null || (_byHash.Count < options.MaxOperations && _bytes + entry.Size <= options.MaxBytes))
        {
            return true;
        }

        MempoolEntry? least = _byHash.Values
            .Where(candidate => candidate.State == EntryState.Pending && candidate.Operation.Sender != entry.Operation.Sender)
            .MinBy(candidate => (candidate.Operation.MaxPriorityFeePerGas, -candidate.Sequence));
        if (least is null || least.Operation.MaxPriorityFeePerGas >= entry.Operation.MaxPriorityFeePerGas)
        {
            return false;
        }

        evicted = least;
        return true;
    }

    private void Announce(MempoolEntry entry, OperationState state, string? reason, Hash32? transactionHash) =>
        feed.Publish(new OperationEvent(Status(entry.UserOpHash, state, reason, transactionHash), EntryPoint.Address, entry.Operation.Sender, entry.Operation.Nonce));

    private OperationStatusRecord Status(Hash32 userOpHash, OperationState state, string? reason, Hash32? transactionHash = null) =>
        new(userOpHash, state, transactionHash, reason, clock.GetUtcNow());

    private StoredOperation ToStored(MempoolEntry entry) => new(
        entry.UserOpHash, EntryPoint.Address, entry.Operation.Sender, OperationJson.Write(EntryPoint, entry.Operation),
        entry.AdmittedAt, entry.AdmittedAtBlock, entry.Sequence);

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
