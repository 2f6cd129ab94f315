using Bundler.Ethereum.Client;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Inclusion;

/// <summary>
/// Mined transactions of long ago. A node forgets which block a hash is in long before it forgets the block (geth after 2,350,000 blocks): then it is asked
/// for the block's receipts.
/// </summary>
public sealed class CarrierArchive(EthClient eth, Carriers carriers)
{
    /// <returns><c>null</c> when the node does not have the transaction any more.</returns>
    /// <exception cref="TransportException">The node cannot be reached, or the receipt is larger than is read.</exception>
    public async Task<Carrier?> FindAsync(Hash32 transaction, ulong block, CancellationToken cancellationToken)
    {
        try
        {
            return await carriers.FindAsync(transaction, cancellationToken) ?? await OfBlockAsync(transaction, BlockTag.Number(block), cancellationToken);
        }
        catch (JsonRpcException)
        {
            // "pruned history unavailable", "transaction indexing is in progress", or a method that it does not know.
            return null;
        }
    }

    private async Task<Carrier?> OfBlockAsync(Hash32 transaction, BlockTag block, CancellationToken cancellationToken)
    {
        IReadOnlyList<TransactionReceipt> receipts = await eth.GetBlockReceiptsAsync(block, cancellationToken) ?? [];
        if (receipts.FirstOrDefault(receipt => receipt.TransactionHash == transaction) is not { } found)
        {
            return null;
        }

        TransactionInfo? info = await eth.GetTransactionAsync(block, found.TransactionIndex, cancellationToken);
        return new Carrier(found, info?.Hash == transaction ? info : null);
    }
}
