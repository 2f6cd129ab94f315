using Bundler.Engine.Chain;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Inclusion;

/// <summary>
/// What the EntryPoints say of operations in single blocks, however much else is in them: asked for by the block's hash, which only a node that has the
/// block answers; where that is refused, from the receipts of the block; where those are too large, transaction by transaction.
/// </summary>
internal sealed class BlockEvents(EthClient eth, ServedEntryPoints entryPoints)
{
    /// <summary>The ends of operations, and why they failed: all that the index has of a transaction that is not ours.</summary>
    public static IReadOnlyList<Hash32> Topics { get; } =
    [
        EntryPointEvents.UserOperationEvent.Topic, EntryPointEvents.UserOperationRevertReason.Topic, EntryPointEvents.PostOpRevertReason.Topic,
    ];

    public bool IsOfAnOperation(LogEntry log) => log.Topics.Count > 0 && Topics.Contains(log.Topics[0]) && entryPoints.Find(log.Address) is not null;

    public static bool EndsAnOperation(LogEntry log) => log.Topics[0] == EntryPointEvents.UserOperationEvent.Topic;

    /// <summary><c>null</c> when the node does not have a block any more: ask again.</summary>
    /// <exception cref="JsonRpcException">The node gives neither the events nor the receipts of a block.</exception>
    public async Task<IReadOnlyList<LogEntry>?> ReadAsync(IReadOnlyList<BlockHeader> blocks, LogFilter filter, CancellationToken cancellationToken)
    {
        EthBatch batch = eth.Batch();
        Pending<IReadOnlyList<LogEntry>>[] asked = [.. blocks.Select(block => batch.GetLogs(filter with { BlockHash = block.Hash }))];
        await batch.SendAsync(cancellationToken);
        List<LogEntry> events = [];
        for (int i = 0; i < blocks.Count; i++)
        {
            if ((asked[i].Failed ? await FromReceiptsAsync(blocks[i], cancellationToken) : asked[i].Value) is not { } logs)
            {
                return null;
            }

            events.AddRange(logs.Where(IsOfAnOperation));
        }

        return events;
    }

    private async Task<IEnumerable<LogEntry>?> FromReceiptsAsync(BlockHeader block, CancellationToken cancellationToken)
    {
        EthBatch batch = eth.Batch();
        Pending<IReadOnlyList<TransactionReceipt>?> asked = batch.GetBlockReceipts(BlockTag.ByHash(block.Hash));
        await batch.SendAsync(cancellationToken);
        return asked.Error is { Code: JsonRpcError.Oversized }
            ? await OneByOneAsync(block, cancellationToken)
            : asked.Value?.SelectMany(receipt => receipt.Logs);
    }

    /// <summary>Of each receipt only the events are kept; one that is too large even alone is passed over, or the chain would end at its block.</summary>
    private async Task<IEnumerable<LogEntry>?> OneByOneAsync(BlockHeader block, CancellationToken cancellationToken)
    {
        List<LogEntry> events = [];
        foreach (Hash32 transaction in block.TransactionHashes)
        {
            EthBatch batch = eth.Batch();
            Pending<TransactionReceipt?> asked = batch.GetTransactionReceipt(transaction);
            await batch.SendAsync(cancellationToken);
            if (asked.Error is { Code: JsonRpcError.Oversized })
            {
                continue;
            }

            if (asked.Value is not { } receipt || receipt.BlockHash != block.Hash)
            {
                return null;
            }

            events.AddRange(receipt.Logs.Where(IsOfAnOperation).Select(log => log with { Raw = default }));
        }

        return events;
    }
}
