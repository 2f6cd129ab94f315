using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Inclusion;

/// <summary>
/// Receipts and logs of transactions that are not ours: anybody can make them large, so they are read when somebody asks, and remembered once their
/// block is final.
/// </summary>
internal sealed class ForeignReceipts(Carriers carriers, IOperationHistoryStore store)
{
    /// <summary>Readings at a time: each may be as large as an answer may be.</summary>
    private const int Concurrency = 2;

    private readonly SemaphoreSlim _slots = new(Concurrency, Concurrency);

    /// <returns><c>null</c> when the node has the transaction no more, or in another block.</returns>
    /// <exception cref="TransportException">The receipt is larger than is read: it is there, and not told.</exception>
    public async Task<IncludedReceipt?> ReadAsync(IncludedOperation included, CancellationToken cancellationToken)
    {
        await _slots.WaitAsync(cancellationToken);
        try
        {
            if (await carriers.FindAsync(included.TransactionHash, cancellationToken) is not { } carrier || carrier.Receipt.BlockHash != included.Block.Hash)
            {
                return null;
            }

            IndexedBlock block = carriers.Block(included.Block, [carrier]);
            if (included.Block.Number <= await store.FinalBlockAsync(cancellationToken))
            {
                await store.AddHistoryAsync([block], cancellationToken);
            }

            return block.Operations.FirstOrDefault(operation => operation.UserOpHash == included.UserOpHash) is { } found
                ? new IncludedReceipt(included with { LogsJson = found.LogsJson }, block.Receipts[0].Json)
                : null;
        }
        finally
        {
            _slots.Release();
        }
    }
}

/// <summary>An included operation with all its logs, and the receipt of its transaction as the node gave it (JSON, UTF-8).</summary>
public sealed record IncludedReceipt(IncludedOperation Operation, Bytes Json);
