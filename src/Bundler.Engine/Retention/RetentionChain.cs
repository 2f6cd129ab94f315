using Bundler.Engine.Inclusion;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Retention;

/// <summary>What the chain says of age: its clock, which block was when, and whether the Ethereum node still has what is to be left to it.</summary>
internal sealed class RetentionChain(EthClient eth, IOperationHistoryStore history, CarrierArchive archive)
{
    /// <summary>The last block that the index has made final; <c>null</c>: none yet, or the node does not give it.</summary>
    public async Task<BlockHeader?> FinalAsync(CancellationToken cancellationToken) =>
        await history.FinalBlockAsync(cancellationToken) is { } number ? await eth.GetBlockAsync(BlockTag.Number(number), cancellationToken) : null;

    /// <summary>When a block was made; <c>null</c>: the node does not give it, or says that it has forgotten it.</summary>
    public async Task<DateTimeOffset?> TimeOfAsync(ulong number, CancellationToken cancellationToken)
    {
        try
        {
            return await eth.GetBlockAsync(BlockTag.Number(number), cancellationToken) is { } block ? RetentionRound.TimeOf(block) : null;
        }
        catch (JsonRpcException)
        {
            // "pruned history unavailable"
            return null;
        }
    }

    /// <summary>The highest block of a range from before a time, by halving it; the first block is from before it, the last is not.</summary>
    public async Task<ulong> LastBeforeAsync(DateTimeOffset before, ulong first, ulong last, CancellationToken cancellationToken)
    {
        while (last - first > 1)
        {
            ulong middle = first + (last - first) / 2;
            // One that the node does not give is as good as young: what is asked for stays.
            if (await TimeOfAsync(middle, cancellationToken) < before)
            {
                first = middle;
            }
            else
            {
                last = middle;
            }
        }

        return first;
    }

    /// <summary>The node has the transaction's receipt, in the block where the index has it.</summary>
    public async Task<bool> HasAsync(IndexedTransaction transaction, CancellationToken cancellationToken)
    {
        try
        {
            return (await archive.FindAsync(transaction.TransactionHash, transaction.BlockNumber, cancellationToken))?.Receipt.BlockHash == transaction.BlockHash;
        }
        catch (TransportException large) when (large.Fault == TransportFault.TooLarge)
        {
            return true;
        }
    }
}
