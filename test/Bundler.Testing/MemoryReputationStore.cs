using Bundler.Engine.Reputation;
using Bundler.Ethereum.Primitives;

namespace Bundler.Testing;

/// <summary>A reputation store that only remembers, write by write; it can be told to fail.</summary>
public sealed class MemoryReputationStore : IReputationStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(Address EntryPoint, Address Address), StoredReputation> _entries = [];
    private readonly List<IReadOnlyCollection<StoredReputation>> _saves = [];

    /// <summary>Set: the next writes throw it.</summary>
    public Exception? Fault { get; set; }

    /// <summary>What each successful write brought, in order.</summary>
    public IReadOnlyList<IReadOnlyCollection<StoredReputation>> Saves
    {
        get
        {
            lock (_lock)
            {
                return [.. _saves];
            }
        }
    }

    public Task SaveAsync(IReadOnlyCollection<StoredReputation> entries, CancellationToken cancellationToken)
    {
        ThrowIfFaulty();
        lock (_lock)
        {
            _saves.Add(entries);
            foreach (StoredReputation entry in entries)
            {
                if (entry is { OpsSeen: 0, OpsIncluded: 0 })
                {
                    _entries.Remove((entry.EntryPoint, entry.Address));
                }
                else
                {
                    _entries[(entry.EntryPoint, entry.Address)] = entry;
                }
            }
        }

        return Task.CompletedTask;
    }

    public Task SaveAsync(Func<IReadOnlyCollection<StoredReputation>> entries, CancellationToken cancellationToken)
    {
        ThrowIfFaulty();
        return SaveAsync(entries(), cancellationToken);
    }

    public Task ClearAsync(Address? entryPoint, CancellationToken cancellationToken)
    {
        ThrowIfFaulty();
        lock (_lock)
        {
            foreach ((Address EntryPoint, Address Address) key in _entries.Keys.Where(key => entryPoint is null || key.EntryPoint == entryPoint).ToArray())
            {
                _entries.Remove(key);
            }
        }

        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<StoredReputation>> LoadAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult<IReadOnlyList<StoredReputation>>([.. _entries.Values]);
        }
    }

    private void ThrowIfFaulty()
    {
        if (Fault is { } fault)
        {
            throw fault;
        }
    }
}
