using Bundler.Engine.Chain;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Logging;

namespace Bundler.Engine.Inclusion;

/// <summary>Brings blocks of before the node's start into the index, on request; the newest first, so that what is done stays done when it is interrupted.</summary>
internal sealed class HistoryBackfill(
    LogRanges ranges, Carriers carriers, ServedEntryPoints entryPoints, IOperationHistoryStore store, ILogger<HistoryBackfill> logger)
{
    private const ulong BlocksPerRequest = 2_000;
    private const int TransactionsPerRequest = 50;

    private readonly SemaphoreSlim _one = new(1, 1);

    /// <summary>Blocks that the index already follows are left out.</summary>
    /// <param name="from">The first block.</param>
    /// <param name="to">The last block.</param>
    /// <param name="enough">Ends the round behind the block in work; what it did is kept.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<BackfillReport> RunAsync(ulong from, ulong to, CancellationToken enough, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            ulong first = await store.FirstBlockAsync(cancellationToken) ?? 0;
            return from < first && from <= to
                ? await ReadAsync(from, Math.Min(to, first - 1), first, enough, cancellationToken)
                : new BackfillReport(from, 0, 0, Complete: true);
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task<BackfillReport> ReadAsync(ulong from, ulong to, ulong first, CancellationToken enough, CancellationToken cancellationToken)
    {
        LogFilter filter = new()
        {
            Addresses = [.. entryPoints.All.Select(entryPoint => entryPoint.Address)],
            Topics = [BlockEvents.Topics],
        };
        ulong reached = to + 1;
        int operations = 0;
        await foreach (LogRange part in ranges.ReadAsync(filter, (from, to), BlocksPerRequest, int.MaxValue, cancellationToken))
        {
            (reached, int added) = await AddAsync(part, enough, cancellationToken);
            operations += added;
            if (part.To + 1 == first)
            {
                first = reached;
                await store.SetFirstBlockAsync(first, cancellationToken);
            }

            if (enough.IsCancellationRequested)
            {
                break;
            }
        }

        logger.BackFilled(reached, to, operations);
        return new BackfillReport(reached, to + 1 - reached, operations, reached == from);
    }

    /// <summary>The lowest block of the part that is in the index with all above it, and the number of operations in them.</summary>
    private async Task<(ulong Reached, int Operations)> AddAsync(LogRange part, CancellationToken enough, CancellationToken cancellationToken)
    {
        int operations = 0;
        (ulong Block, Hash32 Hash)[] transactions =
            [.. part.Logs.Select(log => (log.BlockNumber, log.TransactionHash)).Distinct().OrderByDescending(transaction => transaction.BlockNumber)];
        for (int done = 0; done < transactions.Length; done += TransactionsPerRequest)
        {
            if (enough.IsCancellationRequested && done > 0 && transactions[done].Block < part.To)
            {
                return (transactions[done].Block + 1, operations);
            }

            HashSet<Hash32> wanted = [.. transactions.Skip(done).Take(TransactionsPerRequest).Select(transaction => transaction.Hash)];
            IReadOnlyList<IncludedOperation> glimpsed =
                await carriers.GlimpseAsync(part.Logs.Where(log => wanted.Contains(log.TransactionHash)), cancellationToken);
            IndexedBlock[] blocks = [.. glimpsed.GroupBy(operation => operation.Block).Select(block => new IndexedBlock(block.Key, [.. block], []))];
            await store.AddHistoryAsync(blocks, cancellationToken);
            operations += blocks.Sum(block => block.Operations.Count);
        }

        return (part.From, operations);
    }
}
