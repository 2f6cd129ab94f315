using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Inclusion;

/// <summary>Our own index of the operations that blocks include, so that no answer needs eth_getLogs.</summary>
public interface IOperationHistoryStore
{
    /// <summary>
    /// Records a block's operations, their transactions' receipts and the new mark of what has been indexed, in one transaction;
    /// repeating it changes nothing.
    /// </summary>
    Task AddBlockAsync(IndexedBlock block, CancellationToken cancellationToken);

    /// <summary>Forgets blocks that left the chain, and sets the mark back to before the lowest of them; returns the operations they held.</summary>
    Task<IReadOnlyList<IncludedOperation>> RemoveBlocksAsync(IReadOnlyCollection<Hash32> blockHashes, CancellationToken cancellationToken);

    /// <summary>Every indexed block above a number, ascending: number and hash, for finding where the chain forked.</summary>
    Task<IReadOnlyList<BlockMark>> BlocksAboveAsync(ulong number, CancellationToken cancellationToken);

    /// <summary>The highest indexed block, or <c>null</c> at the first start.</summary>
    Task<BlockMark?> HighestBlockAsync(CancellationToken cancellationToken);

    Task<IncludedOperation?> FindIncludedAsync(Hash32 userOpHash, CancellationToken cancellationToken);

    /// <summary>The receipt of a transaction that carried operations, as the node gave it (JSON, UTF-8).</summary>
    Task<Bytes?> FindReceiptAsync(Hash32 transactionHash, CancellationToken cancellationToken);
}

/// <summary>A block by number and hash.</summary>
public sealed record BlockMark(ulong Number, Hash32 Hash);

/// <summary>A block's share of the index; blocks without operations are recorded too, as marks.</summary>
public sealed record IndexedBlock(
    BlockMark Mark,
    IReadOnlyList<IncludedOperation> Operations,
    IReadOnlyList<IndexedReceipt> Receipts);

/// <summary>The receipt of one transaction as the node gave it (JSON, UTF-8).</summary>
public sealed record IndexedReceipt(Hash32 TransactionHash, Bytes Json);

/// <summary>An operation that a block includes, from its UserOperationEvent; gas in gas, cost in wei.</summary>
/// <param name="UserOpHash">The operation.</param>
/// <param name="EntryPoint">The EntryPoint that emitted the event.</param>
/// <param name="Sender">The account.</param>
/// <param name="Nonce">The operation's nonce.</param>
/// <param name="Paymaster">The paymaster, or <c>null</c>.</param>
/// <param name="Success">The execution did not revert.</param>
/// <param name="ActualGasCost">wei paid.</param>
/// <param name="ActualGasUsed">Gas charged.</param>
/// <param name="RevertReason">The bytes of UserOperationRevertReason or PostOpRevertReason, or <c>null</c>.</param>
/// <param name="LogsJson">This operation's slice of the receipt's logs (JSON array, UTF-8).</param>
/// <param name="OperationJson">The operation as decoded from the transaction (JSON, UTF-8), or <c>null</c> when it could not be found there.</param>
/// <param name="TransactionHash">The transaction.</param>
/// <param name="Block">The block.</param>
/// <param name="LogIndex">Index of the UserOperationEvent in the block.</param>
public sealed record IncludedOperation(
    Hash32 UserOpHash,
    Address EntryPoint,
    Address Sender,
    UInt256 Nonce,
    Address? Paymaster,
    bool Success,
    UInt256 ActualGasCost,
    UInt256 ActualGasUsed,
    Bytes? RevertReason,
    Bytes LogsJson,
    Bytes? OperationJson,
    Hash32 TransactionHash,
    BlockMark Block,
    ulong LogIndex);
