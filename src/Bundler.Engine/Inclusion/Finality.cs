using Bundler.Engine.Fleet;
using Bundler.Engine.Pool;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.JsonRpc;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Bundler.Engine.Inclusion;

/// <summary>
/// included → final, by the chain's finalized block. Only a block that the index has by the same hash counts, so nothing becomes final on a
/// fork that the index has not noticed yet. Chains without finality keep their operations included.
/// </summary>
internal sealed class Finality(
    EthClient eth, IOperationHistoryStore store, OperationFeed feed, Duties duties, IOptions<InclusionOptions> options, ILogger<Finality> logger, TimeProvider clock)
{
    /// <summary>Blocks in one transaction of the store.</summary>
    private const ulong BlocksPerStep = 2_000;

    private long? _askedAt;
    private bool _isRefused;

    /// <summary>Asks the chain if it is time to, and makes final what is.</summary>
    public async Task AdvanceAsync(CancellationToken cancellationToken)
    {
        if (duties.Find(DutyNames.Index) is not { } fence)
        {
            return;
        }

        if (_askedAt is { } last && clock.GetElapsedTime(last) < TimeSpan.FromSeconds(options.Value.FinalitySeconds))
        {
            return;
        }

        _askedAt = clock.GetTimestamp();
        if (await FinalizedAsync(cancellationToken) is not { } block
            || (await store.FindBlockAsync(block.Number, cancellationToken))?.Hash != block.Hash
            || (await store.FinalBlockAsync(cancellationToken) ?? await BeforeFirstAsync(cancellationToken)) is not { } done)
        {
            return;
        }

        for (ulong until; done < block.Number; done = until)
        {
            until = Math.Min(block.Number, done + BlocksPerStep);
            foreach (IncludedOperation operation in await store.FinalizeAsync(done, until, options.Value.RememberedBlocks, clock.GetUtcNow(), fence, cancellationToken))
            {
                OperationStatusRecord status = new(operation.UserOpHash, OperationState.Final, operation.TransactionHash, null, clock.GetUtcNow());
                feed.Publish(new OperationEvent(status, operation.EntryPoint, operation.Sender, operation.Nonce));
            }
        }
    }

    private async Task<BlockHeader?> FinalizedAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await eth.GetBlockAsync(BlockTag.Finalized, cancellationToken);
        }
        catch (JsonRpcException refusal)
        {
            // Some nodes answer so while nothing is final yet, others because they do not know the tag.
            if (!_isRefused)
            {
                _isRefused = true;
                logger.FinalityUnknown(refusal.Message);
            }

            return null;
        }
    }

    private async Task<ulong?> BeforeFirstAsync(CancellationToken cancellationToken) =>
        await store.FirstBlockAsync(cancellationToken) is { } first ? first == 0 ? 0 : first - 1 : null;
}
