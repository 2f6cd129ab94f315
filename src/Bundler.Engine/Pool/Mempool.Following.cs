using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Pool;

/// <summary>
/// What other nodes did to the same mempool, as the store has it. It comes before whatever this node has not stored yet: that is taken back first, and put
/// in anew, by the rules, when its turn to be stored comes.
/// </summary>
public sealed partial class Mempool
{
    /// <summary>An operation that another node admitted; false when it is here already.</summary>
    public bool Follow(MempoolEntry entry)
    {
        lock (_lock)
        {
            TakeAllBack();
            if (_byHash.ContainsKey(entry.UserOpHash))
            {
                return false;
            }

            LinkUnlessTaken(Weighed(entry));
            return _byHash.ContainsKey(entry.UserOpHash);
        }
    }

    /// <summary>An operation that left; the entry that it had, if any.</summary>
    public MempoolEntry? FollowEnd(Hash32 userOpHash)
    {
        lock (_lock)
        {
            TakeAllBack();
            if (_byHash.TryGetValue(userOpHash, out MempoolEntry? entry))
            {
                Unlink(entry);
            }

            return entry;
        }
    }

    /// <summary>A signed bundle of another node has it.</summary>
    public MempoolEntry? FollowTaken(Hash32 userOpHash) => FollowState(userOpHash, _ => EntryState.Bundled);

    /// <summary>It is in no bundle any more.</summary>
    public MempoolEntry? FollowReleased(Hash32 userOpHash) => FollowState(userOpHash, Released);

    /// <summary>These are all there are; those that are here already stay as they are, but for who has them.</summary>
    public void FollowAll(IReadOnlyCollection<MempoolEntry> entries, IReadOnlySet<Hash32> taken)
    {
        lock (_lock)
        {
            TakeAllBack();
            HashSet<Hash32> known = [.. entries.Select(entry => entry.UserOpHash)];
            foreach (MempoolEntry gone in _byHash.Values.Where(entry => entry.State != EntryState.Storing && !known.Contains(entry.UserOpHash)).ToArray())
            {
                Unlink(gone);
            }

            foreach (MempoolEntry entry in entries)
            {
                LinkUnlessTaken(Weighed(entry));
                if (_byHash.TryGetValue(entry.UserOpHash, out MempoolEntry? now) && now.State != EntryState.Storing)
                {
                    EntryState state = taken.Contains(now.UserOpHash) ? EntryState.Bundled : Released(now);
                    Replace(now with { State = state });
                }
            }
        }
    }

    private static EntryState Released(MempoolEntry entry) =>
        entry.State != EntryState.Bundled ? entry.State : entry.Validation is null ? EntryState.Unvalidated : EntryState.Pending;

    private MempoolEntry? FollowState(Hash32 userOpHash, Func<MempoolEntry, EntryState> next)
    {
        lock (_lock)
        {
            TakeAllBack();
            if (_byHash.TryGetValue(userOpHash, out MempoolEntry? entry) && next(entry) is var state && state != entry.State)
            {
                entry = entry with { State = state };
                Replace(entry);
            }

            return entry;
        }
    }
}
