using System.Collections.Concurrent;
using Bundler.Engine.Pool;
using Bundler.Ethereum.Primitives;

namespace Bundler.Testing;

/// <summary>A mempool store that only remembers, for unit tests; it can be told to fail.</summary>
public sealed class MemoryMempoolStore : IMempoolStore
{
    private readonly ConcurrentDictionary<Hash32, StoredOperation> _operations = [];

    public ConcurrentDictionary<Hash32, OperationStatusRecord> Statuses { get; } = [];

    /// <summary>Set: the next writes throw it.</summary>
    public Exception? Fault { get; set; }

    /// <summary>Set: writes wait for it.</summary>
    public Task? Gate { get; set; }

    public IEnumerable<StoredOperation> Operations => _operations.Values;

    public async Task ChangeAsync(Func<PoolWrite?> decide, CancellationToken cancellationToken)
    {
        await (Gate ?? Task.CompletedTask);
        ThrowIfFaulty();
        if (decide() is { } write)
        {
            End([.. write.Ends.Select(end => end.Status)]);
            if (write.Added is { } added)
            {
                _operations[added.UserOpHash] = added;
            }
        }
    }

    public async Task AddAsync(StoredOperation operation, IReadOnlyCollection<OperationStatusRecord> replaced, CancellationToken cancellationToken)
    {
        await (Gate ?? Task.CompletedTask);
        ThrowIfFaulty();
        _operations[operation.UserOpHash] = operation;
        End(replaced);
    }

    public async Task RemoveAsync(IReadOnlyCollection<OperationStatusRecord> ends, CancellationToken cancellationToken)
    {
        await (Gate ?? Task.CompletedTask);
        ThrowIfFaulty();
        End(ends);
    }

    public Task ClearAsync(Address? entryPoint, CancellationToken cancellationToken)
    {
        foreach (StoredOperation operation in _operations.Values.Where(operation => entryPoint is null || operation.EntryPoint == entryPoint))
        {
            _operations.TryRemove(operation.UserOpHash, out _);
        }

        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<StoredOperation>> LoadAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<StoredOperation>>([.. _operations.Values.OrderBy(operation => operation.Sequence)]);

    public Task SetStatusAsync(IReadOnlyCollection<OperationStatusRecord> statuses, CancellationToken cancellationToken)
    {
        ThrowIfFaulty();
        foreach (OperationStatusRecord status in statuses)
        {
            Statuses[status.UserOpHash] = status;
        }

        return Task.CompletedTask;
    }

    public Task TellAsync(IReadOnlyCollection<OperationEvent> statuses, CancellationToken cancellationToken) =>
        SetStatusAsync([.. statuses.Select(happened => happened.Status)], cancellationToken);

    public Task<OperationStatusRecord?> FindStatusAsync(Hash32 userOpHash, CancellationToken cancellationToken) =>
        Task.FromResult(Statuses.GetValueOrDefault(userOpHash));

    private void End(IReadOnlyCollection<OperationStatusRecord> ends)
    {
        foreach (OperationStatusRecord end in ends)
        {
            _operations.TryRemove(end.UserOpHash, out _);
            Statuses[end.UserOpHash] = end;
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
