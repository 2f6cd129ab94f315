using System.Security.Cryptography;
using Bundler.Engine.Fleet;
using Bundler.Engine.Inclusion;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Bundler.Engine.Retention;

/// <summary>
/// Moves all that is old, step by step with pauses in between. The clock is that of the last final block: while the chain or the index stands, nothing ages,
/// and what the index has not seen yet is never older than what it has.
/// </summary>
internal sealed class RetentionRound(
    IRetentionStore store, RetentionChain chain, IOptions<RetentionOptions> options, IOptions<InclusionOptions> inclusion, RetentionMetrics metrics,
    ILogger<RetentionRound> logger, TimeProvider clock)
{
    /// <summary>Steps through the statuses in one round; the next round goes on where it ended.</summary>
    internal const int StatusSteps = 500;

    /// <summary>Entries of the ledger have shares: a step takes so many times fewer of them.</summary>
    private const int SharesOfAnEntry = 4;

    // Anywhere: a node that is often restarted would never come to the last ones.
    private Hash32 _status = new(RandomNumberGenerator.GetBytes(Hash32.Size));
    private bool _isHeld;

    /// <summary>When the chain says that a block was made.</summary>
    public static DateTimeOffset TimeOf(BlockHeader block) => DateTimeOffset.FromUnixTimeSeconds((long)block.Timestamp);

    /// <exception cref="LeaseLostException">Another node has the index now.</exception>
    public async Task RunAsync(Fence fence, CancellationToken cancellationToken)
    {
        if (await chain.FinalAsync(cancellationToken) is not { } final)
        {
            return;
        }

        RetentionOptions ages = options.Value;
        DateTimeOffset now = TimeOf(final);
        int ledgerRows = Math.Max(1, ages.StepRows / SharesOfAnEntry);
        await OperationsAsync(final, fence, cancellationToken);
        await StatusesAsync(now.AddDays(-ages.OperationDays), fence, cancellationToken);
        await ByTimeAsync(
            "transactions", after => store.MoveTransactionsAsync(after, now.AddDays(-ages.OperationDays), ages.StepRows, fence, cancellationToken), cancellationToken);
        await ByTimeAsync("ledger", after => store.MoveLedgerAsync(after, now.AddDays(-ages.LedgerDays), ledgerRows, fence, cancellationToken), cancellationToken);
        await ForgetAsync(now.AddDays(-ages.EndedDays), fence, cancellationToken);
    }

    private async Task OperationsAsync(BlockHeader final, Fence fence, CancellationToken cancellationToken)
    {
        RetentionOptions ages = options.Value;
        DateTimeOffset now = TimeOf(final);
        DateTimeOffset before = now.AddDays(-ages.OperationDays);
        IndexedTransaction? oldest = await store.OldestAsync(cancellationToken);
        if (oldest is null || oldest.BlockNumber >= final.Number)
        {
            return;
        }

        if (await chain.TimeOfAsync(oldest.BlockNumber, cancellationToken) is not { } made)
        {
            Hold(oldest);
            return;
        }

        ulong? upTo = made < before ? await chain.LastBeforeAsync(before, oldest.BlockNumber, final.Number, cancellationToken) : null;
        while (oldest is not null && oldest.BlockNumber <= upTo)
        {
            if (ages.NeedsChain && !await chain.HasAsync(oldest, cancellationToken))
            {
                Hold(oldest);
                return;
            }

            metrics.IsHeld = _isHeld = false;
            await MovedAsync("operations", await store.MoveOperationsAsync(upTo.Value, ages.StepRows, inclusion.Value.RememberedBlocks, now, fence, cancellationToken), cancellationToken);
            oldest = await store.OldestAsync(cancellationToken);
        }
    }

    private async Task StatusesAsync(DateTimeOffset before, Fence fence, CancellationToken cancellationToken)
    {
        for (int i = 0; i < StatusSteps; i++)
        {
            RetentionMove<Hash32> move = await store.MoveStatusesAsync(_status, before, options.Value.StepRows, fence, cancellationToken);
            _status = move.Next ?? Hash32.Zero;
            await MovedAsync("statuses", move.Rows, cancellationToken);
            if (move.Next is null)
            {
                return;
            }
        }
    }

    private async Task ByTimeAsync(string what, Func<DateTimeOffset, Task<RetentionMove<DateTimeOffset>>> step, CancellationToken cancellationToken)
    {
        for (DateTimeOffset? after = DateTimeOffset.UnixEpoch; after is { } begin;)
        {
            RetentionMove<DateTimeOffset> move = await step(begin);
            await MovedAsync(what, move.Rows, cancellationToken);
            after = move.Next;
        }
    }

    private async Task ForgetAsync(DateTimeOffset before, Fence fence, CancellationToken cancellationToken)
    {
        while (await store.ForgetAsync(before, options.Value.StepRows, fence, cancellationToken) is > 0 and int rows)
        {
            await MovedAsync("ended", rows, cancellationToken);
        }
    }

    private async Task MovedAsync(string what, int rows, CancellationToken cancellationToken)
    {
        if (rows > 0)
        {
            metrics.Moved(what, rows);
            await Task.Delay(TimeSpan.FromMilliseconds(options.Value.StepMilliseconds), clock, cancellationToken);
        }
    }

    private void Hold(IndexedTransaction oldest)
    {
        if (!_isHeld)
        {
            logger.NodeHasForgotten(oldest.TransactionHash, oldest.BlockNumber);
        }

        metrics.IsHeld = _isHeld = true;
    }
}
