using Bundler.Engine.Chain;
using Bundler.Engine.Ledger;
using Bundler.Engine.Submission;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Inclusion;

/// <summary>
/// Reads what a range of blocks did to operations: headers and the EntryPoints' events in one round trip, receipts in a second one if there are
/// any. "No events" is believed when the block's bloom filter agrees; behind a load balancer the machine that answers may not have the block.
/// Of our own transactions, which are known by their hashes, every receipt is read: they go into the ledger, with or without events.
/// </summary>
public sealed class EventReader(EthClient eth, ServedEntryPoints entryPoints, Carriers carriers, ILedgerStore ledger, LedgerBook book)
{
    /// <summary>How far below the end of a range a machine that lags may hide events.</summary>
    private const int DoubtedBlocks = 16;

    private readonly Address[] _addresses = [.. entryPoints.All.Select(entryPoint => entryPoint.Address)];

    /// <summary>The blocks of a range in order, or <c>null</c> when the chain moved under the reading or the node lags: ask again.</summary>
    /// <exception cref="JsonRpcException">The node gives neither the events nor the receipts of a block.</exception>
    public async Task<IReadOnlyList<ReadBlock>?> ReadAsync(ulong from, ulong to, CancellationToken cancellationToken)
    {
        EthBatch batch = eth.Batch();
        List<Pending<BlockHeader?>> asked = [];
        for (ulong number = from; number <= to; number++)
        {
            asked.Add(batch.GetBlock(BlockTag.Number(number)));
        }

        Pending<IReadOnlyList<LogEntry>> answered = batch.GetLogs(
            Filter() with { FromBlock = BlockTag.Number(from), ToBlock = BlockTag.Number(to) });
        await batch.SendAsync(cancellationToken);
        if (Chained(asked) is not { } headers || await EventsAsync(headers, answered, cancellationToken) is not { } events)
        {
            return null;
        }

        IReadOnlyDictionary<Hash32, StoredTransaction> signed =
            await ledger.SignedAmongAsync([.. headers.SelectMany(header => header.TransactionHashes)], cancellationToken);
        IReadOnlyDictionary<Hash32, Carrier> found =
            await carriers.ReadAsync(events.SelectMany(block => block).Concat(signed.Keys).Distinct(), cancellationToken);
        ILookup<Hash32, EntityChange> changes = ChangesIn(answered);
        List<ReadBlock> result = [];
        foreach (BlockHeader header in headers)
        {
            Hash32[] wanted = [.. events[header.Hash].Concat(header.TransactionHashes.Where(signed.ContainsKey)).Distinct()];
            Carrier?[] read = [.. wanted.Select(found.GetValueOrDefault)];
            if (read.Any(carrier => carrier?.Receipt.BlockHash != header.Hash))
            {
                return null;
            }

            result.Add(new ReadBlock(header.ParentHash, Block(header, read!, signed), [.. changes[header.Hash]]));
        }

        return result;
    }

    private IndexedBlock Block(BlockHeader header, Carrier[] read, IReadOnlyDictionary<Hash32, StoredTransaction> signed)
    {
        DateTimeOffset time = DateTimeOffset.FromUnixTimeSeconds((long)header.Timestamp);
        return carriers.Block(new BlockMark(header.Number, header.Hash), [.. read.Where(carrier => carrier.Receipt.Logs.Any(IsEvent))]) with
        {
            Ledger =
            [
                .. read.Select(carrier => carrier.Receipt)
                    .Where(receipt => signed.ContainsKey(receipt.TransactionHash))
                    .OrderBy(receipt => receipt.TransactionIndex)
                    .Select(receipt => book.Entry(signed[receipt.TransactionHash], receipt, time)),
            ],
        };
    }

    private static List<BlockHeader>? Chained(IEnumerable<Pending<BlockHeader?>> asked)
    {
        List<BlockHeader> headers = [];
        foreach (Pending<BlockHeader?> header in asked)
        {
            if (header.Value is not { } block || (headers.Count > 0 && headers[^1].Hash != block.ParentHash))
            {
                return null;
            }

            headers.Add(block);
        }

        return headers;
    }

    /// <summary>The transactions with UserOperationEvents, by block hash and in order; <c>null</c> when they are of other blocks.</summary>
    private async Task<ILookup<Hash32, Hash32>?> EventsAsync(
        List<BlockHeader> headers, Pending<IReadOnlyList<LogEntry>> answered, CancellationToken cancellationToken)
    {
        IReadOnlyList<LogEntry> logs = answered.Failed ? [] : answered.Value;
        if (!logs.Select(log => log.BlockHash).ToHashSet().IsSubsetOf(headers.Select(header => header.Hash)))
        {
            return null;
        }

        List<LogEntry> events = [.. logs.Where(IsEvent)];
        HashSet<Hash32> eventful = [.. events.Select(log => log.BlockHash)];

        BlockHeader[] doubtful =
        [
            .. headers
                .Skip(answered.Failed ? 0 : Math.Max(0, headers.Count - DoubtedBlocks))
                .Where(header => !eventful.Contains(header.Hash) && MayHaveEvents(header, unknown: answered.Failed)),
        ];
        if (doubtful.Length > 0)
        {
            if (await AskBlocksAsync(doubtful, cancellationToken) is not { } more)
            {
                return null;
            }

            events.AddRange(more);
        }

        return events.ToLookup(log => log.BlockHash, log => log.TransactionHash);
    }

    /// <summary>
    /// Each block's events by its hash, which only a node that has the block answers; where that is refused, by the receipts of the block.
    /// </summary>
    private async Task<IReadOnlyList<LogEntry>?> AskBlocksAsync(BlockHeader[] blocks, CancellationToken cancellationToken)
    {
        EthBatch batch = eth.Batch();
        Pending<IReadOnlyList<LogEntry>>[] asked = [.. blocks.Select(block => batch.GetLogs(Filter() with { BlockHash = block.Hash }))];
        await batch.SendAsync(cancellationToken);
        List<LogEntry> events = [];
        for (int i = 0; i < blocks.Length; i++)
        {
            if (!asked[i].Failed)
            {
                events.AddRange(asked[i].Value.Where(IsEvent));
            }
            else if (await eth.GetBlockReceiptsAsync(BlockTag.ByHash(blocks[i].Hash), cancellationToken) is { } receipts)
            {
                events.AddRange(receipts.SelectMany(receipt => receipt.Logs).Where(IsEvent));
            }
            else
            {
                return null;
            }
        }

        return events;
    }

    /// <summary>By block; a node that gives no logs tells none, and the second validation has to notice.</summary>
    private static ILookup<Hash32, EntityChange> ChangesIn(Pending<IReadOnlyList<LogEntry>> answered) =>
        (answered.Failed ? [] : answered.Value)
            .Select(log => (log.BlockHash, Change: EntityChange.Of(log)))
            .Where(each => each.Change is not null)
            .ToLookup(each => each.BlockHash, each => each.Change!.Value);

    private LogFilter Filter() => new() { Addresses = _addresses, Topics = [[EntryPointEvents.UserOperationEvent.Topic, .. EntityChange.Topics]] };

    private bool IsEvent(LogEntry log) =>
        log.Topics.Count > 0 && log.Topics[0] == EntryPointEvents.UserOperationEvent.Topic && _addresses.Contains(log.Address);

    private bool MayHaveEvents(BlockHeader header, bool unknown) =>
        header.LogsBloom is not { } bloom
            ? unknown
            : LogsBloom.MayContain(bloom, EntryPointEvents.UserOperationEvent.Topic.Span)
              && _addresses.Any(address => LogsBloom.MayContain(bloom, address.Span));
}

/// <summary>A block of the index with its parent's hash, and what it changed beside the operations it includes.</summary>
public sealed record ReadBlock(Hash32 ParentHash, IndexedBlock Block, IReadOnlyList<EntityChange> Changes);
