using Bundler.Engine.Chain;
using Bundler.Engine.Pool;
using Bundler.Engine.Reputation;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Logging;

namespace Bundler.Engine.Following;

/// <summary>
/// Puts what other nodes stored into this node's memory: mempools, reputation, and the feed of events, so that every node answers the same. Called by the
/// follower and, in its transactions, by the writer of the store; one at a time, and never backwards.
/// </summary>
public sealed class ChangeMemory(Mempools mempools, ServedEntryPoints entryPoints, ReputationLedger reputation, OperationFeed feed, ILogger<ChangeMemory> logger)
    : IChangeMemory
{
    private readonly Lock _lock = new();
    private long _applied;
    private long _changes;
    private long _loads;

    public long Applied => Interlocked.Read(ref _applied);

    /// <summary>Changes of other nodes that were put in so far.</summary>
    public long Changes => Interlocked.Read(ref _changes);

    /// <summary>How often everything had to be loaded anew.</summary>
    public long Loads => Interlocked.Read(ref _loads);

    /// <summary>At the start: what is loaded from now on has everything up to this place.</summary>
    public void Begin(long applied)
    {
        lock (_lock)
        {
            _applied = applied;
        }
    }

    public void Apply(IReadOnlyList<FleetChange> changes)
    {
        lock (_lock)
        {
            foreach (FleetChange change in changes.Where(change => change.Sequence > _applied))
            {
                Put(change);
                _changes += change is FleetChange.Own ? 0 : 1;
                _applied = change.Sequence;
            }
        }
    }

    public void Replace(FleetState state)
    {
        lock (_lock)
        {
            foreach (Mempool pool in mempools.All)
            {
                pool.FollowAll([.. state.Operations.Where(stored => stored.EntryPoint == pool.EntryPoint.Address).Select(Entry).OfType<MempoolEntry>()], state.Taken);
            }

            reputation.FollowAll(state.Counters);
            logger.LoadedAnew(_applied, state.Sequence);
            _applied = state.Sequence;
            _loads++;
        }
    }

    /// <summary>Operations that signed bundles of other nodes have.</summary>
    public void Taken(IEnumerable<Hash32> userOpHashes)
    {
        lock (_lock)
        {
            foreach (Hash32 userOpHash in userOpHashes)
            {
                First(pool => pool.FollowTaken(userOpHash));
            }
        }
    }

    private void Put(FleetChange change)
    {
        switch (change)
        {
            case FleetChange.Added { Operation: { } stored } when Entry(stored) is { } entry:
                if (mempools[stored.EntryPoint].Follow(entry))
                {
                    Publish(entry, new OperationStatusRecord(entry.UserOpHash, OperationState.Pending, null, null, entry.AdmittedAt));
                }

                break;
            case FleetChange.Told told:
                Tell(told);
                break;
            case FleetChange.Taken taken:
                First(pool => pool.FollowTaken(taken.UserOpHash));
                break;
            case FleetChange.Released released:
                First(pool => pool.FollowReleased(released.UserOpHash));
                break;
            case FleetChange.Cleared cleared:
                foreach (Mempool each in mempools.All.Where(each => cleared.EntryPoint is not { } one || each.EntryPoint.Address == one))
                {
                    each.FollowAll([], new HashSet<Hash32>());
                }

                break;
            case FleetChange.Counted counted:
                reputation.Follow(counted.Entry);
                break;
            case FleetChange.CountersCleared cleared:
                reputation.FollowCleared(cleared.EntryPoint);
                break;
            default:
                break;
        }
    }

    private void Tell(FleetChange.Told told)
    {
        Hash32 userOpHash = told.Status.UserOpHash;
        MempoolEntry? entry = told.Status.State switch
        {
            OperationState.Bundled => First(pool => pool.FollowTaken(userOpHash)),
            OperationState.Included or OperationState.Final or OperationState.Dropped or OperationState.Replaced => First(pool => pool.FollowEnd(userOpHash)),
            _ => null,
        };
        if (told.Event is { } happened)
        {
            feed.Publish(happened with { IsElsewhere = true });
        }
        else if (entry is not null)
        {
            Publish(entry, told.Status);
        }
    }

    // Each pool is asked, for what it is about to change is out of sight until it is taken back.
    private MempoolEntry? First(Func<Mempool, MempoolEntry?> follow) => mempools.All.Select(follow).FirstOrDefault(entry => entry is not null);

    private void Publish(MempoolEntry entry, OperationStatusRecord status) =>
        feed.Publish(new OperationEvent(status, entry.EntryPoint.Address, entry.Operation.Sender, entry.Operation.Nonce) { IsElsewhere = true });

    /// <summary>What another node has validated may be bundled here as there: second and third validation come before that.</summary>
    private MempoolEntry? Entry(StoredOperation stored)
    {
        mempools.ContinueAfter(stored.Sequence);
        MempoolEntry? entry = entryPoints.Find(stored.EntryPoint) is { } entryPoint ? StoredEntry.Read(entryPoint, stored) : null;
        return entry is { Validation: not null, ReturnedAt: null } ? entry with { State = EntryState.Pending } : entry;
    }
}
