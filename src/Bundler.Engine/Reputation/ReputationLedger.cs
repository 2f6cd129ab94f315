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
    private readonly HashSet<(Address EntryPoint, Address Address)> _dirty = [];

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
                _entries[(entryPoint, entry.Address)] = entry;
                _dirty.Add((entryPoint, entry.Address));
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
                _dirty.Add(key);
                if (decayed is { OpsSeen: 0, OpsIncluded: 0 })
                {
                    _entries.Remove(key);
                }
                else
                {
                    _entries[key] = decayed;
                }
            }
        }
    }

    /// <summary>Writes what changed since the last call; on a fault of the store it stays marked for the next one.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        StoredReputation[] changed;
        lock (_lock)
        {
            if (_dirty.Count == 0)
            {
                return;
            }

            changed = [.. _dirty.Select(ToStored)];
            _dirty.Clear();
        }

        bool saved = false;
        try
        {
            await store.SaveAsync(changed, cancellationToken);
            saved = true;
        }
        finally
        {
            if (!saved)
            {
                Mark(changed);
            }
        }
    }

    private StoredReputation ToStored((Address EntryPoint, Address Address) key)
    {
        ReputationEntry entry = _entries.GetValueOrDefault(key);
        return new StoredReputation(key.EntryPoint, key.Address, entry.OpsSeen, entry.OpsIncluded);
    }

    private void Mark(IEnumerable<StoredReputation> entries)
    {
        lock (_lock)
        {
            foreach (StoredReputation entry in entries)
            {
                if (_entries.ContainsKey((entry.EntryPoint, entry.Address)))
                {
                    _dirty.Add((entry.EntryPoint, entry.Address));
                }
            }
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
                    _entries[key] = now;
                    _dirty.Add(key);
                }
            }
        }
    }
}

/// <summary>Addresses that the operator always admits or never admits, whatever their counters say.</summary>
public sealed record ReputationLists(IReadOnlySet<Address> Allowed, IReadOnlySet<Address> Denied)
{
    public static ReputationLists None { get; } = new(new HashSet<Address>(), new HashSet<Address>());
}
