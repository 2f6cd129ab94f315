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
    /// <exception cref="HistoryUnknownException">The receipt does not show the operation that the index has from it.</exception>
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
            if (block.Operations.FirstOrDefault(operation => EventTruth.IsSame(operation, included)) is not { } found)
            {
                throw new HistoryUnknownException("the Ethereum node contradicts itself");
            }

            if (included.Block.Number <= await store.FinalBlockAsync(cancellationToken))
            {
                await store.AddHistoryAsync([block], cancellationToken);
            }

            return new IncludedReceipt(included with { LogsJson = found.LogsJson }, block.Receipts[0].Json);
        }
        finally
        {
            _slots.Release();
        }
    }
}

/// <summary>An included operation with all its logs, and the receipt of its transaction as the node gave it (JSON, UTF-8).</summary>
public sealed record IncludedReceipt(IncludedOperation Operation, Bytes Json);
