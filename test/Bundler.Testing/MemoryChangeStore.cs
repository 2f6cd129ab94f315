using Bundler.Engine.Following;
using Bundler.Engine.Pool;
using Bundler.Engine.Reputation;

namespace Bundler.Testing;

/// <summary>A store of changes that only remembers, for unit tests: what is put in is what other nodes stored.</summary>
public sealed class MemoryChangeStore : IChangeStore
{
    private readonly Lock _lock = new();
    private readonly List<FleetChange> _changes = [];
    private readonly SemaphoreSlim _wake = new(0);
    private IChangeMemory? _memory;
    private long _trimmed;

    public bool IsShared { get; set; } = true;

    /// <summary>What a full load gives.</summary>
    public IReadOnlyList<StoredOperation> Operations { get; set; } = [];

    public IReadOnlyList<StoredReputation> Counters { get; set; } = [];

    /// <summary>Set: the next readings throw it.</summary>
    public Exception? Fault { get; set; }

    /// <summary>How many readings threw it.</summary>
    public int Refusals { get; private set; }

    /// <summary>How often somebody waited for a notification.</summary>
    public int Waits { get; private set; }

    /// <summary>Stores a change, and says so unless the notification is to be lost.</summary>
    public void Store(FleetChange change, bool notify = true)
    {
        lock (_lock)
        {
            _changes.Add(change);
        }

        if (notify)
        {
            _wake.Release();
        }
    }

    /// <summary>The followers' timer goes off.</summary>
    public void Tick() => _wake.Release();

    /// <summary>Deletes everything up to this place.</summary>
    public void Delete(long until)
    {
        lock (_lock)
        {
            _changes.RemoveAll(change => change.Sequence <= until);
            _trimmed = until;
        }
    }

    public Task<long> LastAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult(_changes.Count == 0 ? _trimmed : _changes[^1].Sequence);
        }
    }

    public Task<IReadOnlyList<FleetChange>?> ReadAsync(long after, int limit, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (Fault is { } fault)
            {
                Refusals++;
                throw fault;
            }

            return Task.FromResult<IReadOnlyList<FleetChange>?>(_trimmed > after ? null : [.. _changes.Where(change => change.Sequence > after).Take(limit)]);
        }
    }

    public async Task LoadAsync(CancellationToken cancellationToken) =>
        _memory!.Replace(new FleetState(await LastAsync(cancellationToken), Operations, new HashSet<Bundler.Ethereum.Primitives.Hash32>(), Counters));

    public Task<int> TrimAsync(int keep, int step, CancellationToken cancellationToken) => Task.FromResult(0);

    public async Task WaitAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            Waits++;
        }

        await _wake.WaitAsync(cancellationToken);
    }

    public void Attach(IChangeMemory memory) => _memory = memory;
}
