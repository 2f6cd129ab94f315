using Bundler.Engine.Fleet;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Retention;

/// <summary>
/// Takes out of the tables that every operation writes to what is old, over and final. Each call is one short transaction of a bounded number of rows, or of
/// those of one block or one moment where these are more: interrupted at any time, each row is in its old place or in its new one.
/// </summary>
public interface IRetentionStore
{
    /// <summary>The transaction of the oldest operation that the index has in full; <c>null</c> when it has none that is final.</summary>
    Task<IndexedTransaction?> OldestAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Of the oldest blocks of the index with final operations, up to a number: operations, receipts and statuses. What stays of an operation is its end
    /// and its transaction. Returns how many operations went; 0: there are no more.
    /// </summary>
    /// <param name="upTo">The last block that may be touched.</param>
    /// <param name="rows">Operations in one step.</param>
    /// <param name="rememberedBlocks">So many blocks below the final one stay known by hash.</param>
    /// <param name="at">The end of operations whose own is not known.</param>
    /// <param name="fence">That of the index.</param>
    /// <param name="cancellationToken">Gives up before the step begins.</param>
    /// <exception cref="LeaseLostException">Another node has the index.</exception>
    Task<int> MoveOperationsAsync(ulong upTo, int rows, int rememberedBlocks, DateTimeOffset at, Fence fence, CancellationToken cancellationToken);

    /// <summary>
    /// Last statuses from before a time that belong to no operation of the mempool or the index, in the order of their hashes: they become what is left of an ended operation.
    /// </summary>
    /// <exception cref="LeaseLostException">Another node has the index.</exception>
    Task<RetentionMove<Hash32>> MoveStatusesAsync(Hash32 after, DateTimeOffset before, int rows, Fence fence, CancellationToken cancellationToken);

    /// <summary>Signed transactions of bundles that are over, whose newest version was signed before a time and whose cost, if it was mined, is final in the ledger.</summary>
    /// <exception cref="LeaseLostException">Another node has the index.</exception>
    Task<RetentionMove<DateTimeOffset>> MoveTransactionsAsync(DateTimeOffset after, DateTimeOffset before, int rows, Fence fence, CancellationToken cancellationToken);

    /// <summary>Final entries of the ledger from before a time, with their shares, whose transactions are gone and whose faults are known; the totals keep them in.</summary>
    /// <exception cref="LeaseLostException">Another node has the index.</exception>
    Task<RetentionMove<DateTimeOffset>> MoveLedgerAsync(DateTimeOffset after, DateTimeOffset before, int rows, Fence fence, CancellationToken cancellationToken);

    /// <summary>Forgets what is left of operations that ended before a time, and begins the index behind them; returns how many, 0: there are no more.</summary>
    /// <exception cref="LeaseLostException">Another node has the index.</exception>
    Task<int> ForgetAsync(DateTimeOffset before, int rows, Fence fence, CancellationToken cancellationToken);

    /// <summary>How large the store and its tables are, by what the database knows without counting.</summary>
    Task<StoreSizes> SizesAsync(CancellationToken cancellationToken);
}

/// <summary>A mined transaction that carried operations, and its block.</summary>
public sealed record IndexedTransaction(Hash32 TransactionHash, ulong BlockNumber, Hash32 BlockHash);

/// <summary>What one step did, and the place where the next one goes on; <c>null</c>: there is nothing behind.</summary>
public sealed record RetentionMove<T>(int Rows, T? Next)
    where T : struct;

/// <summary>Bytes and rows of the store, estimated.</summary>
/// <param name="TotalBytes">All that the database takes on the disk.</param>
/// <param name="FreeBytes">Of them those that are free for new rows; <c>null</c> where nobody can say cheaply.</param>
/// <param name="Tables">Each table with its indexes.</param>
public sealed record StoreSizes(long TotalBytes, long? FreeBytes, IReadOnlyList<TableSize> Tables);

/// <summary>One table with its indexes, estimated.</summary>
public sealed record TableSize(string Table, long Rows, long Bytes);
