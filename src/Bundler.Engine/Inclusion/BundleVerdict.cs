using Bundler.Engine.Bundling.Blaming;
using Bundler.Engine.Pool;
using Bundler.Engine.Submission;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Logging;

namespace Bundler.Engine.Inclusion;

/// <summary>Who answers for a bundle that reverted or that no node takes; what can be held against nobody makes all of it suspected.</summary>
internal sealed class BundleVerdict(RevertedBundles reverted, SuspectList suspects, Penalties penalties, ILogger<BundleVerdict> logger)
{
    private readonly RefusedBundles _refused = new(suspects, penalties, logger);

    /// <summary>It was mined and reverted. One that reverted alone often enough is dropped although nobody can be named.</summary>
    /// <param name="pool">The mempool of its operations.</param>
    /// <param name="left">Those that are in it still.</param>
    /// <param name="mined">The bundle.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task RevertedAsync(Mempool pool, Hash32[] left, SubmissionOutcome.Mined mined, CancellationToken cancellationToken)
    {
        logger.BundleReverted(mined.Receipt.TransactionHash, left.Length);
        if (await reverted.JudgeAsync(pool, mined.Receipt.TransactionHash, cancellationToken))
        {
            return;
        }

        if (mined.UserOpHashes.Count > 1 || left is not [Hash32 alone])
        {
            suspects.Failed(left);
        }
        else if (suspects.FailedAlone(alone, "it reverted on chain"))
        {
            suspects.Forget(alone);
            await pool.RemoveAsync(
                left, OperationState.Dropped, _ => "its bundle reverted on chain repeatedly", mined.Receipt.TransactionHash, cancellationToken);
        }
    }

    /// <inheritdoc cref="RefusedBundles.JudgeAsync"/>
    public Task RefusedAsync(Mempool pool, IReadOnlyList<Hash32> userOpHashes, SendError refusal, CancellationToken cancellationToken) =>
        _refused.JudgeAsync(pool, userOpHashes, refusal, cancellationToken);
}
