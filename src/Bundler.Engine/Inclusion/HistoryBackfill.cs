using Bundler.Engine.Chain;
using Bundler.Erc4337.EntryPoints;
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

    /// <summary>How many operations were added. Blocks that the index already follows are left out.</summary>
    public async Task<int> RunAsync(ulong from, ulong to, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (await store.FirstBlockAsync(cancellationToken) is not { } first || from >= first || from > to)
            {
                return 0;
            }

            LogFilter filter = new()
            {
                Addresses = [.. entryPoints.All.Select(entryPoint => entryPoint.Address)],
                Topics = [[EntryPointEvents.UserOperationEvent.Topic]],
            };
            int added = 0;
            await foreach (LogRange part in ranges.ReadAsync(filter, (from, Math.Min(to, first - 1)), BlocksPerRequest, int.MaxValue, cancellationToken))
            {
                added += await AddAsync(part, cancellationToken);
                if (part.To + 1 == first)
                {
                    first = part.From;
                    await store.SetFirstBlockAsync(first, cancellationToken);
                }
            }

            logger.BackFilled(from, to, added);
            return added;
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task<int> AddAsync(LogRange part, CancellationToken cancellationToken)
    {
        int added = 0;
        foreach (Hash32[] transactions in part.Logs.Select(log => log.TransactionHash).Distinct().Chunk(TransactionsPerRequest))
        {
            IReadOnlyDictionary<Hash32, Carrier> read = await carriers.ReadAsync(transactions, cancellationToken);
            IndexedBlock[] blocks =
            [
                .. read.Values
                    .GroupBy(carrier => new BlockMark(carrier.Receipt.BlockNumber, carrier.Receipt.BlockHash))
                    .Select(block => carriers.Block(block.Key, [.. block])),
            ];
            await store.AddHistoryAsync(blocks, cancellationToken);
            added += blocks.Sum(block => block.Operations.Count);
        }

        return added;
    }
}
