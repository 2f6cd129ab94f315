using Bundler.Engine.Chain;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Bundler.Engine.Inclusion;

/// <summary>
/// Operations of before the index began: looked for once by the event's topic in a bounded number of requests, and then remembered like any
/// other. What is not found is not looked for again for a while; what could not be looked for is no answer. And operations that the index has left to the
/// chain because they are old.
/// </summary>
internal sealed class HistorySearch(
    LogRanges ranges, Carriers carriers, CarrierArchive archive, ServedEntryPoints entryPoints, IOperationHistoryStore store, IOptions<InclusionOptions> options,
    ILogger<HistorySearch> logger, TimeProvider clock)
{
    /// <summary>Searches at a time; unknown hashes are cheap to send and dear to look for.</summary>
    private const int Concurrency = 2;

    /// <summary>Callers that wait for one of these: strangers' hashes take no more of the node than this.</summary>
    private const int MaxWaiting = 16;

    private const int RequestsPerSearch = 64;
    private const string Contradiction = "the Ethereum node contradicts itself";
    private static readonly TimeSpan MissLasts = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _slots = new(Concurrency, Concurrency);
    private readonly RecentMisses _misses = new(MissLasts, clock);
    private int _waiting;

    /// <returns><c>null</c>: it never happened, as far back as is searched.</returns>
    /// <exception cref="HistoryUnknownException">The Ethereum node has not searched all of it, or too many are looked for.</exception>
    public async Task<IncludedOperation?> FindAsync(Hash32 userOpHash, CancellationToken cancellationToken)
    {
        ulong depth = (ulong)options.Value.HistoryBlocks;
        if (depth == 0 || _misses.Contains(userOpHash) || await store.FirstBlockAsync(cancellationToken) is not ({ } first and > 0))
        {
            return null;
        }

        await WaitAsync(cancellationToken);
        try
        {
            if (_misses.Contains(userOpHash))
            {
                return null;
            }

            IncludedOperation? found = await store.FindIncludedAsync(userOpHash, cancellationToken)
                ?? await SearchAsync(userOpHash, (first > depth ? first - depth : 0, first - 1), cancellationToken);
            if (found is null)
            {
                _misses.Add(userOpHash);
            }

            return found;
        }
        finally
        {
            _slots.Release();
        }
    }

    /// <summary>
    /// An operation whose place in the chain is known and nothing else of it: one request, and it is in the index again until retention moves it.
    /// </summary>
    /// <exception cref="HistoryUnknownException">The Ethereum node does not have its transaction any more, or too many are looked for.</exception>
    public async Task<IncludedOperation> RecallAsync(Hash32 userOpHash, Hash32 transaction, ulong block, CancellationToken cancellationToken)
    {
        await WaitAsync(cancellationToken);
        try
        {
            return await store.FindIncludedAsync(userOpHash, cancellationToken)
                ?? await RememberAsync(userOpHash, await archive.FindAsync(transaction, block, cancellationToken)
                    ?? throw new HistoryUnknownException($"it is in transaction {transaction} of block {block}, and the Ethereum node does not have that any more"), cancellationToken);
        }
        finally
        {
            _slots.Release();
        }
    }

    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (Interlocked.Increment(ref _waiting) > MaxWaiting)
            {
                throw new HistoryUnknownException("too many unknown operations are looked for at once");
            }

            await _slots.WaitAsync(cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    private async Task<IncludedOperation?> SearchAsync(Hash32 userOpHash, (ulong From, ulong To) range, CancellationToken cancellationToken)
    {
        LogFilter filter = new()
        {
            Addresses = [.. entryPoints.All.Select(entryPoint => entryPoint.Address)],
            Topics = [[EntryPointEvents.UserOperationEvent.Topic], [userOpHash]],
        };
        ulong reached = range.To + 1;
        await foreach (LogRange part in ranges.ReadAsync(filter, range, ulong.MaxValue / 2, RequestsPerSearch, cancellationToken))
        {
            reached = part.From;
            if (part.Logs is [LogEntry happened, ..])
            {
                return await RememberAsync(
                    userOpHash,
                    await carriers.FindAsync(happened.TransactionHash, cancellationToken) ?? throw new HistoryUnknownException(Contradiction),
                    cancellationToken);
            }
        }

        if (reached > range.From)
        {
            logger.HistoryNotRead(userOpHash, range.From, reached);
            throw new HistoryUnknownException("the Ethereum node does not search its logs now");
        }

        return null;
    }

    private async Task<IncludedOperation> RememberAsync(Hash32 userOpHash, Carrier carrier, CancellationToken cancellationToken)
    {
        IndexedBlock block = carriers.Block(new BlockMark(carrier.Receipt.BlockNumber, carrier.Receipt.BlockHash), [carrier]);
        if (block.Operations.FirstOrDefault(operation => operation.UserOpHash == userOpHash) is not { } found)
        {
            throw new HistoryUnknownException(Contradiction);
        }

        await store.AddHistoryAsync([block], cancellationToken);
        return found;
    }
}
