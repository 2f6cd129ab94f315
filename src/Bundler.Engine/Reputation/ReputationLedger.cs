using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Reputation;

/// <summary>
/// opsSeen and opsIncluded of every address at every EntryPoint. Memory answers; what changed is written to the store by
/// <see cref="FlushAsync"/>, which a loop calls every second and at the end.
/// </summary>
public sealed class ReputationLedger(IReputationStore store, ReputationConstants constants, ReputationLists lists)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(Address EntryPoint, Address Address), ReputationEntry> _entries = [];

    // What changed since it was written, with the counters that the store has: what another node writes meanwhile is added to the change.
    private readonly Dictionary<(Address EntryPoint, Address Address), ReputationEntry> _dirty = [];
    private readonly Dictionary<(Address EntryPoint, Address Address), Written> _writing = [];

    public ReputationConstants Constants { get; private set; } = constants;

    /// <summary>Debug only: other constants from now on.</summary>
    public void Configure(ReputationConstants changed) => Constants = changed;

    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<StoredReputation> stored = await store.LoadAsync(cancellationToken);
        lock (_lock)
        {
            foreach (StoredReputation entry in stored)
            {
                _entries[(entry.EntryPoint, entry.Address)] = new ReputationEntry(entry.Address, entry.OpsSeen, entry.OpsIncluded);
            }
        }
    }

    public ReputationEntry Get(Address entryPoint, Address address)
    {
        lock (_lock)
        {
            return _entries.GetValueOrDefault((entryPoint, address), new ReputationEntry(address, 0, 0));
        }
    }

    /// <summary>Deny list before allow list before the counters.</summary>
    public ReputationStatus Status(Address entryPoint, Address address) =>
        lists.Denied.Contains(address) ? ReputationStatus.Banned
        : lists.Allowed.Contains(address) ? ReputationStatus.Ok
        : Get(entryPoint, address).Status(Constants);

    /// <summary>The operation that names these entities was admitted.</summary>
    public void Seen(Address entryPoint, IEnumerable<Address> addresses) =>
        Change(entryPoint, addresses, entry => entry with { OpsSeen = entry.OpsSeen + 1 });

    /// <summary>opsSeen − 1 (GREP-050, EREP-015, EREP-016).</summary>
    public void Unseen(Address entryPoint, IEnumerable<Address> addresses) =>
        Change(entryPoint, addresses, entry => entry with { OpsSeen = entry.OpsSeen == 0 ? 0 : entry.OpsSeen - 1 });

    /// <summary>A block includes the operation; only what was seen before counts as included.</summary>
    public void Included(Address entryPoint, IEnumerable<Address> addresses) =>
        Change(entryPoint, addresses, entry => entry.OpsSeen == 0 ? entry : entry with { OpsIncluded = entry.OpsIncluded + 1 });

    /// <summary>The block that included the operation left the chain.</summary>
    public void NotIncluded(Address entryPoint, IEnumerable<Address> addresses) =>
        Change(entryPoint, addresses, entry => entry with { OpsIncluded = entry.OpsIncluded == 0 ? 0 : entry.OpsIncluded - 1 });

    /// <summary>GREP-040: opsSeen becomes the penalty, opsIncluded 0.</summary>
    public void Ban(Address entryPoint, Address address) =>
        Change(entryPoint, [address], entry => entry with { OpsSeen = Constants.BanOpsSeenPenalty, OpsIncluded = 0 });

    /// <summary>EREP-070: the least opsSeen that throttles.</summary>
    public void Throttle(Address entryPoint, Address address) =>
        Change(entryPoint, [address], entry => entry.Status(Constants) != ReputationStatus.Ok
            ? entry
            : entry with { OpsSeen = (entry.OpsIncluded + Constants.ThrottlingSlack + 1) * Constants.MinInclusionRateDenominator });

    public void Set(Address entryPoint, IEnumerable<ReputationEntry> entries)
    {
        lock (_lock)
        {
            foreach (ReputationEntry entry in entries)
            {
                Put((entryPoint, entry.Address), entry);
            }
        }
    }

    public IReadOnlyList<ReputationEntry> Dump(Address entryPoint)
    {
        lock (_lock)
        {
            return [.. _entries.Where(pair => pair.Key.EntryPoint == entryPoint).Select(pair => pair.Value).OrderBy(entry => entry.Address)];
        }
    }

    /// <summary>Forgets all counters, in memory and in the store.</summary>
    public async Task ClearAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _entries.Clear();
            _dirty.Clear();
            _writing.Clear();
        }

        await store.ClearAsync(null, cancellationToken);
    }

    public void Decay()
    {
        lock (_lock)
        {
            foreach ((Address EntryPoint, Address Address) key in _entries.Keys.ToArray())
            {
                ReputationEntry decayed = _entries[key].Decayed();
                Put(key, decayed);
                Keep(key, decayed);
            }
        }
    }

    /// <summary>Writes what changed since the last call; on a fault of the store it stays marked for the next one.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_dirty.Count == 0)
            {
                return;
            }
        }

        bool saved = false;
        try
        {
            await store.SaveAsync(TakeChanged, cancellationToken);
            saved = true;
        }
        finally
        {
            lock (_lock)
            {
                if (!saved)
                {
                    MarkAgain();
                }

                _writing.Clear();
            }
        }
    }

    /// <summary>What another node wrote; what this one has changed since it last wrote comes on top.</summary>
    internal void Follow(StoredReputation stored)
    {
        lock (_lock)
        {
            (Address, Address) key = (stored.EntryPoint, stored.Address);
            ReputationEntry theirs = new(stored.Address, stored.OpsSeen, stored.OpsIncluded);
            if (_writing.TryGetValue(key, out Written? written))
            {
                written.IsOvertaken = true;
            }

            if (_dirty.TryGetValue(key, out ReputationEntry before))
            {
                _entries[key] = theirs.Plus(before, _entries.GetValueOrDefault(key, new ReputationEntry(stored.Address, 0, 0)));
                _dirty[key] = theirs;
            }
            else
            {
                Keep(key, theirs);
            }
        }
    }

    /// <summary>Everything that the store has.</summary>
    internal void FollowAll(IReadOnlyList<StoredReputation> stored)
    {
        lock (_lock)
        {
            HashSet<(Address, Address)> known = [.. stored.Select(entry => (entry.EntryPoint, entry.Address))];
            foreach ((Address EntryPoint, Address Address) gone in _entries.Keys.Where(key => !known.Contains(key)).ToArray())
            {
                Follow(new StoredReputation(gone.EntryPoint, gone.Address, 0, 0));
            }

            foreach (StoredReputation entry in stored)
            {
                Follow(entry);
            }
        }
    }

    /// <summary>Another node has made all forget the counters of one EntryPoint, or all.</summary>
    internal void FollowCleared(Address? entryPoint)
    {
        lock (_lock)
        {
            foreach ((Address EntryPoint, Address Address) key in _entries.Keys.Where(key => entryPoint is not { } one || key.EntryPoint == one).ToArray())
            {
                _entries.Remove(key);
                _dirty.Remove(key);
                _writing.Remove(key);
            }
        }
    }

    /// <summary>Asked in the transaction: memory has then what all others wrote, so its counters are what there is to write.</summary>
    private StoredReputation[] TakeChanged()
    {
        lock (_lock)
        {
            // Asked again, nothing of the first answer was stored.
            MarkAgain();
            _writing.Clear();
            foreach (((Address EntryPoint, Address Address) key, ReputationEntry before) in _dirty)
            {
                _writing[key] = new Written(before, _entries.GetValueOrDefault(key, new ReputationEntry(key.Address, 0, 0)));
            }

            _dirty.Clear();
            return [.. _writing.Select(each => new StoredReputation(each.Key.EntryPoint, each.Key.Address, each.Value.Now.OpsSeen, each.Value.Now.OpsIncluded))];
        }
    }

    private void MarkAgain()
    {
        foreach (((Address EntryPoint, Address Address) key, Written written) in _writing)
        {
            ReputationEntry now = _entries.GetValueOrDefault(key, new ReputationEntry(key.Address, 0, 0));
            if (!written.IsOvertaken)
            {
                _dirty[key] = written.Before;
                continue;
            }

            // What another node wrote has taken its place.
            _dirty.TryAdd(key, now);
            Keep(key, now.Plus(written.Before, written.Now));
        }
    }

    private void Put((Address EntryPoint, Address Address) key, ReputationEntry now)
    {
        _dirty.TryAdd(key, _entries.GetValueOrDefault(key, new ReputationEntry(key.Address, 0, 0)));
        _entries[key] = now;
    }

    /// <summary>Nothing is kept of those whose counters are both 0.</summary>
    private void Keep((Address EntryPoint, Address Address) key, ReputationEntry now)
    {
        if (now is { OpsSeen: 0, OpsIncluded: 0 })
        {
            _entries.Remove(key);
        }
        else
        {
            _entries[key] = now;
        }
    }

    private void Change(Address entryPoint, IEnumerable<Address> addresses, Func<ReputationEntry, ReputationEntry> change)
    {
        lock (_lock)
        {
            foreach (Address address in addresses)
            {
                (Address, Address) key = (entryPoint, address);
                ReputationEntry was = _entries.GetValueOrDefault(key, new ReputationEntry(address, 0, 0));
                ReputationEntry now = change(was);
                if (now != was)
                {
                    Put(key, now);
                }
            }
        }
    }

    /// <summary>Counters that are being written.</summary>
    private sealed record Written(ReputationEntry Before, ReputationEntry Now)
    {
        /// <summary>Another node's came after them.</summary>
        public bool IsOvertaken { get; set; }
    }
}

/// <summary>Addresses that the operator always admits or never admits, whatever their counters say.</summary>
public sealed record ReputationLists(IReadOnlySet<Address> Allowed, IReadOnlySet<Address> Denied)
{
    public static ReputationLists None { get; } = new(new HashSet<Address>(), new HashSet<Address>());
}
