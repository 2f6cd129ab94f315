using Bundler.Engine.Fleet;
using Bundler.Engine.Ledger;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Inclusion;

/// <summary>Our own index of the operations that blocks include, so that no answer needs eth_getLogs.</summary>
public interface IOperationHistoryStore
{
    /// <summary>
    /// Records a block's operations, their transactions' receipts, its entries of the ledger and the new mark of what has been indexed, in
    /// one transaction; repeating it changes nothing.
    /// </summary>
    /// <exception cref="LeaseLostException">Another node has the index.</exception>
    Task AddBlockAsync(IndexedBlock block, Fence fence, CancellationToken cancellationToken);

    /// <summary>Records operations of blocks before the first one indexed; no marks, so nothing is followed from there.</summary>
    Task AddHistoryAsync(IReadOnlyCollection<IndexedBlock> blocks, CancellationToken cancellationToken);

    /// <summary>The content of an operation that is indexed without it.</summary>
    Task SetContentAsync(Hash32 userOpHash, Bytes operationJson, CancellationToken cancellationToken);

    /// <summary>Forgets blocks that left the chain with their entries of the ledger, and sets the mark back to before the lowest of them; returns the operations they held.</summary>
    /// <exception cref="LeaseLostException">Another node has the index.</exception>
    Task<IReadOnlyList<IncludedOperation>> RemoveBlocksAsync(IReadOnlyCollection<Hash32> blockHashes, Fence fence, CancellationToken cancellationToken);

    /// <summary>No indexed block is in the chain any more: the index goes on at this one, and neither its first block nor the final one is above it.</summary>
    /// <exception cref="LeaseLostException">Another node has the index.</exception>
    Task BeginAnewAsync(BlockMark block, Fence fence, CancellationToken cancellationToken);

    /// <summary>Every indexed block above a number, ascending: number and hash, for finding where the chain forked.</summary>
    Task<IReadOnlyList<BlockMark>> BlocksAboveAsync(ulong number, CancellationToken cancellationToken);

    /// <summary>The operations in blocks from a number on, in the order of the chain.</summary>
    Task<IReadOnlyList<IncludedOperation>> OperationsFromAsync(ulong number, CancellationToken cancellationToken);

    /// <summary>The indexed block of this number; <c>null</c> above, below, and where the mark has been forgotten.</summary>
    Task<BlockMark?> FindBlockAsync(ulong number, CancellationToken cancellationToken);

    /// <summary>The block from which on the index is complete, or <c>null</c> at the first start.</summary>
    Task<ulong?> FirstBlockAsync(CancellationToken cancellationToken);

    /// <summary>The index is complete from an earlier block on.</summary>
    Task SetFirstBlockAsync(ulong number, CancellationToken cancellationToken);

    /// <summary>The highest block whose operations have been made final, or <c>null</c>.</summary>
    Task<ulong?> FinalBlockAsync(CancellationToken cancellationToken);

    /// <summary>
    /// The operations in a range of blocks are final: their statuses say so, and marks of blocks without operations that are further than
    /// <paramref name="rememberedBlocks"/> below are forgotten, in one transaction. Returns the operations.
    /// </summary>
    /// <exception cref="LeaseLostException">Another node has the index.</exception>
    Task<IReadOnlyList<IncludedOperation>> FinalizeAsync(
        ulong after, ulong until, int rememberedBlocks, DateTimeOffset at, Fence fence, CancellationToken cancellationToken);

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
    IReadOnlyList<IndexedReceipt> Receipts)
{
    /// <summary>What the block's transactions of our own signers cost and brought.</summary>
    public IReadOnlyList<LedgerEntry> Ledger { get; init; } = [];
}

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
/// <param name="LogsJson">This operation's slice of the receipt's logs (JSON array, UTF-8); empty while nobody has asked for those of a foreign transaction.</param>
/// <param name="OperationJson">The operation as decoded from the transaction (JSON, UTF-8), or <c>null</c> when it could not be found there.</param>
/// <param name="TransactionHash">The transaction.</param>
/// <param name="Block">The block.</param>
/// <param name="LogIndex">Index of the UserOperationEvent in the block.</param>
/// <param name="IsOwn">This node had it in its mempool, and <paramref name="OperationJson"/> is the operation as it was sent to us.</param>
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
    ulong LogIndex,
    bool IsOwn = false);
