using Bundler.Engine.Chain;
using Bundler.Engine.Ledger;
using Bundler.Engine.Submission;
using Bundler.Engine.Submission.Flights;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Logging;

namespace Bundler.Engine.Inclusion;

/// <summary>
/// Reads what a range of blocks did to operations: headers and the EntryPoints' events in one round trip, the transactions that carried them in a second
/// one if there are any. Anybody's transaction may have logs without end, so of others nothing is read but the EntryPoints' events. "No events" is believed when the block's bloom filter agrees; behind a load balancer the machine that answers may not have the block.
/// Of our own transactions, which are known by their hashes, every receipt is read: they go into the ledger, with or without events.
/// </summary>
public sealed class EventReader(
    EthClient eth, ServedEntryPoints entryPoints, Carriers carriers, BareReceipts bare, ILedgerStore ledger, LedgerBook book, Doubts doubts, EngineMetrics metrics,
    ILogger<EventReader> logger)
{
    /// <summary>How far below the end of a range a machine that lags may hide events.</summary>
    private const int DoubtedBlocks = 16;

    private readonly BlockEvents _blockEvents = new(eth, entryPoints);
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
        IReadOnlyDictionary<Hash32, Carrier?> own = await carriers.ReadAsync(signed.Keys, cancellationToken);
        ILookup<Hash32, IncludedOperation> foreign =
            (await carriers.GlimpseAsync(events.Where(log => own.GetValueOrDefault(log.TransactionHash) is null), cancellationToken)).ToLookup(operation => operation.Block.Hash);
        ILookup<Hash32, EntityChange> changes = ChangesIn(answered);
        List<ReadBlock> result = [];
        foreach (BlockHeader header in headers)
        {
            Hash32[] ours = [.. header.TransactionHashes.Where(signed.ContainsKey)];
            Carrier[] carried = [.. ours.Select(own.GetValueOrDefault).OfType<Carrier>()];
            if (!ours.All(own.ContainsKey) || carried.Any(carrier => carrier.Receipt.BlockHash != header.Hash))
            {
                return null;
            }

            if (FindLie(header, carried, [.. events.Where(log => log.BlockHash == header.Hash)]) is { } lie)
            {
                doubts.Tell(lie);
                return null;
            }

            TransactionReceipt[] receipts = [.. carried.Select(carrier => carrier.Receipt), .. await BareAsync(header, ours.Where(hash => own[hash] is null), cancellationToken)];
            result.Add(new ReadBlock(header.ParentHash, Block(header, carried, receipts, foreign[header.Hash], signed), [.. changes[header.Hash]]));
        }

        return result;
    }

    private IndexedBlock Block(
        BlockHeader header, Carrier[] own, IEnumerable<TransactionReceipt> receipts, IEnumerable<IncludedOperation> foreign,
        IReadOnlyDictionary<Hash32, StoredTransaction> signed)
    {
        DateTimeOffset time = DateTimeOffset.FromUnixTimeSeconds((long)header.Timestamp);
        IndexedBlock block = carriers.Block(
            new BlockMark(header.Number, header.Hash), [.. own.Where(carrier => carrier.Receipt.Logs.Any(log => _blockEvents.IsOfAnOperation(log)))]);
        return block with
        {
            Operations = [.. block.Operations.Concat(foreign).OrderBy(operation => operation.LogIndex)],
            Ledger =
            [
                .. receipts
                    .OrderBy(receipt => receipt.TransactionIndex)
                    .Select(receipt => book.Entry(signed[receipt.TransactionHash], receipt, time)),
            ],
        };
    }

    /// <summary>Events of strangers and of ours, against what is at hand already.</summary>
    private string? FindLie(BlockHeader header, Carrier[] own, IReadOnlyList<LogEntry> told) =>
        EventTruth.FindLie(header, told)
        ?? own.Select(carrier => carrier.Receipt)
            .Select(receipt => (Receipt: receipt, Shown: receipt.Logs.Where(_blockEvents.IsOfAnOperation).ToArray()))
            .Select(each => EventTruth.FindLie(header, each.Shown)
                ?? EventTruth.FindLie(each.Receipt, [.. told.Where(log => log.TransactionHash == each.Receipt.TransactionHash)], each.Shown))
            .FirstOrDefault(lie => lie is not null);

    /// <summary>For the ledger: what our transactions cost whose receipts are larger than is read.</summary>
    private async Task<IReadOnlyList<TransactionReceipt>> BareAsync(BlockHeader header, IEnumerable<Hash32> transactions, CancellationToken cancellationToken)
    {
        List<TransactionReceipt> found = [];
        foreach (Hash32 transaction in transactions)
        {
            if (await bare.FindAsync(transaction, cancellationToken) is { } receipt && receipt.BlockHash == header.Hash)
            {
                logger.LedgerRepaired(transaction, header.Number);
                found.Add(receipt);
            }
            else
            {
                metrics.LedgerLacks();
                logger.LedgerLacks(transaction, header.Number);
            }
        }

        return found;
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

    /// <summary>What the EntryPoints say of operations, in order; <c>null</c> when it is of other blocks.</summary>
    private async Task<IReadOnlyList<LogEntry>?> EventsAsync(
        List<BlockHeader> headers, Pending<IReadOnlyList<LogEntry>> answered, CancellationToken cancellationToken)
    {
        IReadOnlyList<LogEntry> logs = answered.Failed ? [] : answered.Value;
        if (!logs.Select(log => log.BlockHash).ToHashSet().IsSubsetOf(headers.Select(header => header.Hash)))
        {
            return null;
        }

        List<LogEntry> events = [.. logs.Where(_blockEvents.IsOfAnOperation)];
        HashSet<Hash32> eventful = [.. events.Where(BlockEvents.EndsAnOperation).Select(log => log.BlockHash)];
        BlockHeader[] doubtful =
        [
            .. headers
                .Skip(answered.Failed ? 0 : Math.Max(0, headers.Count - DoubtedBlocks))
                .Where(header => !eventful.Contains(header.Hash) && MayHaveEvents(header, unknown: answered.Failed)),
        ];
        if (doubtful.Length > 0)
        {
            if (await _blockEvents.ReadAsync(doubtful, Filter(), cancellationToken) is not { } more)
            {
                return null;
            }

            events.RemoveAll(log => doubtful.Any(header => header.Hash == log.BlockHash));
            events.AddRange(more);
        }

        return events;
    }

    /// <summary>By block; a node that gives no logs tells none, and the second validation has to notice.</summary>
    private static ILookup<Hash32, EntityChange> ChangesIn(Pending<IReadOnlyList<LogEntry>> answered) =>
        (answered.Failed ? [] : answered.Value)
            .Select(log => (log.BlockHash, Change: EntityChange.Of(log)))
            .Where(each => each.Change is not null)
            .ToLookup(each => each.BlockHash, each => each.Change!.Value);

    private LogFilter Filter() => new() { Addresses = _addresses, Topics = [[.. BlockEvents.Topics, .. EntityChange.Topics]] };

    private bool MayHaveEvents(BlockHeader header, bool unknown) =>
        header.LogsBloom is not { } bloom
            ? unknown
            : LogsBloom.MayContain(bloom, EntryPointEvents.UserOperationEvent.Topic.Span)
              && _addresses.Any(address => LogsBloom.MayContain(bloom, address.Span));
}

/// <summary>A block of the index with its parent's hash, and what it changed beside the operations it includes.</summary>
public sealed record ReadBlock(Hash32 ParentHash, IndexedBlock Block, IReadOnlyList<EntityChange> Changes);
