using Bundler.Engine.Chain;
using Bundler.Engine.Development;
using Bundler.Engine.Fleet;
using Bundler.Engine.Submission.Signers;
using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Logging;

namespace Bundler.Engine.Inclusion;

/// <summary>Takes the index back to where a reorganisation has left it, and the operations with it.</summary>
internal sealed class IndexRetreat(
    ForkSearch forks, IOperationHistoryStore store, Reorganisation reorganisation, SignerPool signers, PoolChanges changes, Duties duties, EngineMetrics metrics,
    ILogger<IndexRetreat> logger)
{
    /// <summary>
    /// Back to the fork. Operations are back in the mempool before the index forgets that it had them, and undoing twice undoes once: a
    /// crash or a fault in between loses nothing.
    /// </summary>
    /// <returns>The highest block that is still indexed, or <c>null</c> when no block is seen to have left: the node contradicts itself.</returns>
    /// <exception cref="LeaseLostException">Another node has the index.</exception>
    public async Task<BlockMark?> GoBackAsync(BlockMark mark, ChainHead? stranger, Fence fence, CancellationToken cancellationToken)
    {
        if (await forks.FindAsync(mark, stranger, cancellationToken) is not { } fork)
        {
            return null;
        }

        ulong lowest = fork.Left[^1].Number;
        IReadOnlyList<IncludedOperation> undone = await store.OperationsFromAsync(lowest, cancellationToken);
        logger.Reorganised(lowest, fork.Left.Count, undone.Count);
        metrics.Reorganised(fork.Left.Count);

        if (!duties.Holds(fence))
        {
            throw new LeaseLostException(fence);
        }

        // Before the operations are offered again: their next bundle needs the nonce that counts now.
        await signers.ReorganisedAsync(cancellationToken);
        await reorganisation.UndoAsync(undone, cancellationToken);
        FaultSwitch.Pass(FaultPoint.AfterReturnedBeforeForgotten);
        changes.Note(undone.SelectMany(EntityChange.Of));
        await store.RemoveBlocksAsync([.. fork.Left.Select(block => block.Hash)], fence, cancellationToken);
        if (fork.IsDeeperThanKnown)
        {
            logger.ReorganisedDeeperThanKnown(fork.Last.Number);
            await store.BeginAnewAsync(fork.Last, fence, cancellationToken);
        }

        return fork.Last;
    }

    /// <summary>Another node has taken the index back.</summary>
    public Task NoteGoneBackAsync(CancellationToken cancellationToken) => signers.ReorganisedAsync(cancellationToken);
}
