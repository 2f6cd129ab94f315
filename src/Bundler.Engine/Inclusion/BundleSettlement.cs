using Bundler.Engine.Bundling;
using Bundler.Engine.Bundling.Blaming;
using Bundler.Engine.Bundling.Money;
using Bundler.Engine.Pool;
using Bundler.Engine.Submission;
using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Logging;

namespace Bundler.Engine.Inclusion;

/// <summary>What bundles became, once submission is done with them: the pool has back what no block included.</summary>
internal sealed class BundleSettlement(
    Mempools mempools,
    SuspectList suspects,
    BundleVerdict verdict,
    BundleRemains remains,
    BundlingDesk bundling,
    RiskPurse purse,
    OperationNews news,
    ILogger<BundleSettlement> logger)
{
    /// <summary>A transaction of a bundle is on its way.</summary>
    public async Task SentAsync(SubmissionOutcome.Sent sent, CancellationToken cancellationToken)
    {
        if (!mempools.TryGet(sent.EntryPoint, out Mempool? pool))
        {
            return;
        }

        suspects.Took(sent.UserOpHashes);
        List<OperationEvent> happened = [];
        foreach (Hash32 userOpHash in sent.UserOpHashes)
        {
            if (pool.TryGet(userOpHash, out MempoolEntry? entry))
            {
                happened.Add(news.Of(userOpHash, sent.EntryPoint, entry.Operation.Sender, entry.Operation.Nonce, OperationState.Bundled, sent.TransactionHash));
            }
        }

        await news.TellAsync(happened, cancellationToken);
    }

    /// <summary>
    /// The bundle's transaction was mined and its block is indexed: what it did not include goes back, to be validated again before it travels.
    /// After a revert whoever is at fault does not.
    /// </summary>
    public async Task MinedAsync(SubmissionOutcome.Mined mined, CancellationToken cancellationToken)
    {
        purse.Settled(mined.BundleId);
        if (!mempools.TryGet(mined.EntryPoint, out Mempool? pool))
        {
            return;
        }

        Hash32[] left = await remains.OfAsync(pool, mined, cancellationToken);
        if (!mined.Receipt.Success)
        {
            await verdict.RevertedAsync(pool, left, mined, cancellationToken);
        }

        pool.Release(left);
        bundling.Settled(mined.BundleId, mined.Receipt.TransactionHash);
    }

    /// <summary>The bundle will never be mined: its operations go back, and those it was refused for go apart.</summary>
    public async Task AbandonedAsync(SubmissionOutcome.Abandoned abandoned, CancellationToken cancellationToken)
    {
        purse.Settled(abandoned.BundleId);
        if (mempools.TryGet(abandoned.EntryPoint, out Mempool? pool))
        {
            if (abandoned.Refusal is { } refusal)
            {
                await verdict.RefusedAsync(pool, abandoned.UserOpHashes, refusal, cancellationToken);
            }

            pool.Release(abandoned.UserOpHashes);
        }

        bundling.Settled(abandoned.BundleId, null);
        logger.BundleAbandoned(abandoned.BundleId, abandoned.UserOpHashes.Count, abandoned.Reason);
    }
}
