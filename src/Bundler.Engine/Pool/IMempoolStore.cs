using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Pool;

/// <summary>
/// The durable copy of the mempool and the last status of every operation ever accepted. A call that has returned has survived a
/// kill -9 and a power cut.
/// </summary>
public interface IMempoolStore
{
    /// <summary>
    /// Stores a change of the mempool in one transaction. What it is, is asked in that transaction, when this node knows of everything that others have
    /// stored: nobody's word can come between. <c>null</c>: nothing is stored. It may be asked again when nothing of the first answer could be stored.
    /// </summary>
    Task ChangeAsync(Func<PoolWrite?> decide, CancellationToken cancellationToken);

    /// <summary>Adds an operation with its status (pending) and ends the ones it replaces (replaced), in one transaction.</summary>
    Task AddAsync(StoredOperation operation, IReadOnlyCollection<OperationStatusRecord> replaced, CancellationToken cancellationToken);

    /// <summary>Takes operations out of the mempool and records how each ended, in one transaction: none leaves without a word.</summary>
    Task RemoveAsync(IReadOnlyCollection<OperationStatusRecord> ends, CancellationToken cancellationToken);

    /// <summary>Empties the mempool (of one EntryPoint, or of all) without a word: debug_bundler_clearState.</summary>
    Task ClearAsync(Address? entryPoint, CancellationToken cancellationToken);

    /// <summary>All operations in the order of their sequence.</summary>
    Task<IReadOnlyList<StoredOperation>> LoadAsync(CancellationToken cancellationToken);

    /// <summary>Records statuses of operations whether or not they are in the mempool; a later one overwrites an earlier one.</summary>
    Task SetStatusAsync(IReadOnlyCollection<OperationStatusRecord> statuses, CancellationToken cancellationToken);

    /// <summary>The same, for those who listen at other nodes too.</summary>
    Task TellAsync(IReadOnlyCollection<OperationEvent> statuses, CancellationToken cancellationToken);

    Task<OperationStatusRecord?> FindStatusAsync(Hash32 userOpHash, CancellationToken cancellationToken);
}

/// <summary>A change of the mempool: an operation that comes, and the last words of those that go.</summary>
public sealed record PoolWrite(StoredOperation? Added, IReadOnlyCollection<OperationEvent> Ends);

/// <summary>An operation as it is stored: its wire JSON and when it was admitted.</summary>
public sealed record StoredOperation(
    Hash32 UserOpHash,
    Address EntryPoint,
    Address Sender,
    Bytes Json,
    DateTimeOffset AdmittedAt,
    ulong AdmittedAtBlock,
    long Sequence)
{
    /// <summary>When a reorganisation gave it back, if one did.</summary>
    public DateTimeOffset? ReturnedAt { get; init; }

    /// <summary>What its validation has shown, by <see cref="Validation.ValidationJson"/>; <c>null</c> when it was not validated.</summary>
    public Bytes? Validation { get; init; }

    /// <summary>Who pays for it, if not its sender; written, and not read back.</summary>
    public Address? Paymaster { get; init; }

    /// <summary>wei that it can cost whoever pays at most; written, and not read back.</summary>
    public UInt256 Prefund { get; init; }

    /// <summary>The span that admitted it, as a W3C traceparent; <c>null</c> when it was not recorded.</summary>
    public string? TraceParent { get; init; }
}
