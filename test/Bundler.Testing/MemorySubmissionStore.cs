using Bundler.Engine.Fleet;
using Bundler.Engine.Submission;
using Bundler.Ethereum.Primitives;

namespace Bundler.Testing;

/// <summary>A submission store that only remembers, for unit tests; a hook before each write may throw.</summary>
public sealed class MemorySubmissionStore : ISubmissionStore
{
    private readonly Lock _lock = new();
    private readonly List<StoredTransaction> _transactions = [];
    private readonly Dictionary<Guid, (BundleEnd End, Hash32? Mined)> _ends = [];

    /// <summary>Runs before every write.</summary>
    public Action? BeforeWrite { get; set; }

    /// <summary>Whose writes count; the others' are refused, as by a database where another node has taken the duty.</summary>
    public Predicate<Fence> Admits { get; set; } = _ => true;

    /// <summary>Every transaction in the order of signing.</summary>
    public IReadOnlyList<StoredTransaction> Transactions
    {
        get
        {
            lock (_lock)
            {
                return _transactions.ToArray();
            }
        }
    }

    public (BundleEnd End, Hash32? Mined)? EndOf(Guid bundleId)
    {
        lock (_lock)
        {
            return _ends.TryGetValue(bundleId, out (BundleEnd, Hash32?) end) ? end : null;
        }
    }

    public Task<Recording> AddAsync(StoredTransaction transaction, Fence fence, CancellationToken cancellationToken)
    {
        BeforeWrite?.Invoke();
        if (!Admits(fence))
        {
            throw new LeaseLostException(fence);
        }

        lock (_lock)
        {
            if (!_transactions.Exists(known => known.TransactionHash == transaction.TransactionHash && known.BundleId == transaction.BundleId))
            {
                _transactions.Add(transaction);
            }
        }

        return Task.FromResult(Recording.Stored);
    }

    public Task CloseAsync(Guid bundleId, BundleEnd end, Hash32? minedTransaction, Fence fence, CancellationToken cancellationToken)
    {
        BeforeWrite?.Invoke();
        if (!Admits(fence))
        {
            throw new LeaseLostException(fence);
        }

        lock (_lock)
        {
            _ends[bundleId] = (end, minedTransaction);
        }

        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<StoredTransaction>> LoadOpenAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult<IReadOnlyList<StoredTransaction>>(
                [.. _transactions.Where(transaction => !_ends.ContainsKey(transaction.BundleId))]);
        }
    }

    public Task<IReadOnlyList<StoredTransfer>> LoadTransfersAsync(DateTimeOffset since, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<StoredTransfer>>(
        [
            .. Transactions
                .Where(transaction => transaction.IsTransfer && transaction.SignedAt >= since)
                .Select(transaction => new StoredTransfer(transaction, EndOf(transaction.BundleId)?.End)),
        ]);

    public Task<StoredTransaction?> FindAsync(Hash32 transactionHash, CancellationToken cancellationToken) =>
        Task.FromResult(Transactions.FirstOrDefault(transaction => transaction.TransactionHash == transactionHash));
}
