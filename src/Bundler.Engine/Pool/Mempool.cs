using System.Diagnostics.CodeAnalysis;
using Bundler.Engine.Development;
using Bundler.Engine.Gas;
using Bundler.Engine.Telemetry;
using Bundler.Engine.Validation;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Pool;

/// <summary>
/// The pending operations of one EntryPoint. The store decides and memory remembers: an operation is offered to bundles only once it is
/// durable, and leaves the store with its last word. One lock guards the indexes; nothing awaits inside it.
/// </summary>
public sealed partial class Mempool(
    EntryPoint entryPoint, PoolOptions options, IMempoolStore store, OperationFeed feed, TimeProvider clock, PreVerificationGasPolicy? prices = null)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Hash32, MempoolEntry> _byHash = [];
    private readonly NonceQueues _queues = new();
    private readonly SortedSet<Worth> _byWorth = [];
    private readonly OperationIndex<Entity> _entities = new();
    private readonly OperationIndex<Address> _touchedContracts = new();
    private readonly Dictionary<Address, UInt256> _reserves = [];
    private readonly HashSet<Hash32> _inFlight = [];
    private int _pending;
    private int _unvalidated;
    private long _bytes;
    private Room _held;

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

    /// <summary>Bytes of the packed operations.</summary>
    public long Bytes
    {
        get
        {
            lock (_lock)
            {
                return _bytes;
            }
        }
    }

    /// <summary>
    /// Admits an entry: the rules are asked under the lock, and again in the transaction if other nodes stored something before it; the operation is
    /// written together with the last word of those that make room for it, and only then offered to bundles.
    /// </summary>
    /// <param name="entry">The operation, validated.</param>
    /// <param name="check">What the pool's rules say of it now; they see the view only during the call.</param>
    public async Task<Outcome<Hash32>> AddAsync(MempoolEntry entry, Func<MempoolView, Rejection?> check, CancellationToken cancellationToken)
    {
        entry = Weighed(entry with { State = EntryState.Storing });
        Placement placement = new();
        Rejection? rejection;
        lock (_lock)
        {
            rejection = Place(placement, entry, check);
        }

        if (rejection is not null)
        {
            return rejection;
        }

        bool stored = false;
        try
        {
            FaultSwitch.Pass(FaultPoint.BeforeOperationStored);
            await store.ChangeAsync(Decide, cancellationToken);
            stored = rejection is null;
            FaultSwitch.Pass(FaultPoint.AfterOperationStored);
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

        if (rejection is not null)
        {
            return rejection;
        }

        placement.Leaving.ForEach(item => Announce(item.Entry, item.End));
        Announce(entry, Status(entry.UserOpHash, OperationState.Pending, null));
        return entry.UserOpHash;

        PoolWrite? Decide()
        {
            lock (_lock)
            {
                rejection = DecideOn(placement, () => Place(placement, entry, check), null);
                return rejection is null ? new PoolWrite(ToStored(entry), Ends(placement)) : null;
            }
        }
    }

    /// <summary>Puts an operation back that the store already holds: at the start, or after a reorganisation.</summary>
    public void Restore(MempoolEntry entry)
    {
        lock (_lock)
        {
            LinkUnlessTaken(Weighed(entry));
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

    /// <summary>Why an operation goes when one before it was dropped.</summary>
    internal static string BehindReason(MempoolEntry first) => $"the operation {first.UserOpHash} before it in its nonce order was dropped";

    /// <summary>wei per gas that the operation pays beyond the base fee.</summary>
    internal static UInt256 Tip(UserOperation operation, UInt256 baseFeePerGas) =>
        UInt256.Min(operation.MaxPriorityFeePerGas, UInt256.SubtractToZero(operation.MaxFeePerGas, baseFeePerGas));

    internal MempoolEntry? Find(Address sender, UInt256 nonce) => _queues.Find(sender, nonce);

    internal bool Contains(Hash32 userOpHash) => _byHash.ContainsKey(userOpHash);

    internal OperationIndex<Entity> Entities => _entities;

    internal IEnumerable<MempoolEntry> All => _byHash.Values;

    internal UInt256 Reserve(Address paymaster) => _reserves.GetValueOrDefault(paymaster);

    internal IEnumerable<MempoolEntry> Of(Entity entity) => _entities.Operations(entity).Select(hash => _byHash[hash]);

    internal IReadOnlyList<MempoolEntry> Queue(Address sender, UInt256 key) => _queues.Of(sender, key);

    internal IEnumerable<MempoolEntry> TouchedBy(Address contract) => _touchedContracts.Operations(contract).Select(hash => _byHash[hash]);

    internal bool IsUnvalidated(Hash32 userOpHash) => _byHash.TryGetValue(userOpHash, out MempoolEntry? entry) && entry.State == EntryState.Unvalidated;

    /// <summary>What has to be validated before it is offered, best paid first.</summary>
    internal IEnumerable<MempoolEntry> Unvalidated() =>
        _unvalidated == 0 ? [] : _byWorth.Reverse().Select(worth => _byHash[worth.UserOpHash]).Where(entry => entry.State == EntryState.Unvalidated);

    private void Announce(MempoolEntry entry, OperationStatusRecord status)
    {
        Stations.Ended(entry, status);
        feed.Publish(Event(entry, status));
    }

    private OperationEvent Event(MempoolEntry entry, OperationStatusRecord status) =>
        new(status, EntryPoint.Address, entry.Operation.Sender, entry.Operation.Nonce);

    private OperationEvent[] Ends(Placement placement) => [.. placement.Leaving.Select(item => Event(item.Entry, item.End))];

    private OperationStatusRecord Status(Hash32 userOpHash, OperationState state, string? reason, Hash32? transactionHash = null) =>
        new(userOpHash, state, transactionHash, reason, clock.GetUtcNow());

    private StoredOperation ToStored(MempoolEntry entry) => new(
        entry.UserOpHash, EntryPoint.Address, entry.Operation.Sender, OperationJson.Write(EntryPoint, entry.Operation),
        entry.AdmittedAt, entry.AdmittedAtBlock, entry.Sequence)
    {
        Validation = entry.Validation is { } validation ? ValidationJson.Write(validation) : null,
        TraceParent = Stations.ToText(entry.AdmittedBy),
        Paymaster = entry.Operation.Paymaster,
        Prefund = EntryPoint.RequiredPrefund(entry.Operation),
    };
}
