using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Logging;

namespace Bundler.Engine.Inclusion;

/// <summary>A receipt shows operations that the index has not: the node hid the events of that block.</summary>
internal sealed class HiddenEvents(IOperationHistoryStore store, Carriers carriers, ILogger<HiddenEvents> logger)
{
    /// <summary>What the receipt's transaction did, as a part of its block; <c>null</c> when the block is not indexed or is not the receipt's.</summary>
    public async Task<IndexedBlock?> FindAsync(TransactionReceipt receipt, CancellationToken cancellationToken)
    {
        BlockMark? block = await store.FindBlockAsync(receipt.BlockNumber, cancellationToken);
        if (block is null || block.Hash != receipt.BlockHash)
        {
            return null;
        }

        IReadOnlyDictionary<Hash32, Carrier?> read = await carriers.ReadAsync([receipt.TransactionHash], cancellationToken);
        if (!read.TryGetValue(receipt.TransactionHash, out Carrier? carrier) || carrier is null || carrier.Receipt.BlockHash != block.Hash)
        {
            return null;
        }

        IndexedBlock found = carriers.Block(block, [carrier]);
        logger.EventsWereHidden(receipt.TransactionHash, block.Number, found.Operations.Count);
        return found;
    }
}
