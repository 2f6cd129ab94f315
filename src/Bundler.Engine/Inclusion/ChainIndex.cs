using Bundler.Engine.Chain;
using Bundler.Engine.Development;
using Bundler.Engine.Fleet;
using Bundler.Engine.Submission.Signers;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Bundler.Engine.Inclusion;

/// <summary>
/// Follows the chain block by block into our own index: every block's operations once, by block hash. A block whose parent is not the last
/// one indexed means a reorganisation: the index goes back to the fork and tells what was undone.
/// </summary>
internal sealed partial class ChainIndex(
    EventReader reader, InclusionWitness witness, Doubts doubts, Carriers carriers, ForkSearch forks, IOperationHistoryStore store, Settlement settlement, Reorganisation reorganisation,
    SignerPool signers, PoolChanges changes, Duties duties, IOptions<InclusionOptions> options, EngineMetrics metrics, TimeProvider clock, ILogger<ChainIndex> logger)
{
    /// <summary>A node that is being synced has old blocks: one with a block as young as this has no others above it.</summary>
    private static readonly TimeSpan YoungBlock = TimeSpan.FromMinutes(1);

    /// <summary>A node that keeps changing its mind is asked again with the next head.</summary>
    private const int MaxReorgsPerRun = 3;

    private BlockMark? _mark;
    private Fence? _fence;
    private bool _isAhead;

    /// <summary>The highest indexed block.</summary>
    public BlockMark? Mark => Volatile.Read(ref _mark);

    /// <summary>Continues where the store ends, or begins at the head; where another node has the index, its word is taken.</summary>
    public async Task StartAsync(ChainHead head, CancellationToken cancellationToken)
    {
        _fence = duties.Find(DutyNames.Index);
        BlockMark? known = await store.HighestBlockAsync(cancellationToken);
        if (known is null && _fence is { } fence)
        {
            known = new BlockMark(head.Number, head.Hash);
            await store.AddBlockAsync(new IndexedBlock(known, [], []), fence, cancellationToken);
        }

        Volatile.Write(ref _mark, known);
        if (known is not null && _fence is not null)
        {
            logger.FollowingFrom(known.Number);
        }
    }

    /// <summary>Indexes everything up to a block number, as far as the node gives it.</summary>
    public async Task CatchUpAsync(ulong to, CancellationToken cancellationToken)
    {
        int reorgs = 0;
        while (_fence is { } fence && Mark is { } mark && mark.Number < to)
        {
            ulong until = Math.Min(to, mark.Number + (ulong)options.Value.BlocksPerRequest);
            IReadOnlyList<ReadBlock>? blocks = await reader.ReadAsync(mark.Number + 1, until, cancellationToken);
            if (blocks is null)
            {
                // The chain moved under the reading, or the node lags behind the head it announced: the next head asks again.
                return;
            }

            if (await witness.FindLieAsync(blocks, cancellationToken) is { } lie)
            {
                doubts.Tell(lie);
                return;
            }

            if (blocks[0].ParentHash == mark.Hash)
            {
                await AddAsync(blocks, fence, cancellationToken);
            }
            else if (reorgs++ == MaxReorgsPerRun || !await GoBackAsync(mark, null, fence, cancellationToken))
            {
                return;
            }
        }
    }

    /// <summary>The head is at or below the mark: has the marked block left the chain, or was it never in this one?</summary>
    public async Task CheckForkAsync(ChainHead head, CancellationToken cancellationToken)
    {
        if (_fence is { } fence && Mark is { } mark && head.Number <= mark.Number && head.Hash != mark.Hash)
        {
            // A node that merely lags announces a block that the index has.
            BlockMark? known = await store.FindBlockAsync(head.Number, cancellationToken);
            if (known?.Hash != head.Hash)
            {
                await GoBackAsync(mark, IsStranger(head, mark, known) ? head : null, fence, cancellationToken);
            }
        }

        NoteWhereItStands(head);
    }

    /// <summary>The index does not have the tip of the chain, and is far above it. Where it has another block the node itself tells the difference.</summary>
    private bool IsStranger(ChainHead head, BlockMark mark, BlockMark? known) =>
        known is null && IndexStanding.IsAhead(mark, head)
        && clock.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds((long)head.Timestamp) <= YoungBlock;

    private void NoteWhereItStands(ChainHead head)
    {
        bool isAhead = Mark is { } mark && IndexStanding.IsAhead(mark, head);
        if (isAhead && !_isAhead)
        {
            logger.AheadOfTheChain(Mark!.Number, head.Number);
        }

        _isAhead = isAhead;
    }

    /// <summary>
    /// A receipt shows operations that the index has not: the node hid the events of that block. Adds them if the block is indexed and is the
    /// receipt's.
    /// </summary>
    public async Task AddMissedAsync(TransactionReceipt receipt, CancellationToken cancellationToken)
    {
        BlockMark? block = await store.FindBlockAsync(receipt.BlockNumber, cancellationToken);
        if (_fence is not { } fence || block?.Hash != receipt.BlockHash)
        {
            return;
        }

        IReadOnlyDictionary<Hash32, Carrier?> read = await carriers.ReadAsync([receipt.TransactionHash], cancellationToken);
        if (read.TryGetValue(receipt.TransactionHash, out Carrier? carrier) && carrier?.Receipt.BlockHash == block.Hash)
        {
            IndexedBlock found = carriers.Block(block, [carrier]);
            logger.EventsWereHidden(receipt.TransactionHash, block.Number, found.Operations.Count);
            await AddAsync(found, fence, cancellationToken);
        }
    }

    private async Task AddAsync(IReadOnlyList<ReadBlock> blocks, Fence fence, CancellationToken cancellationToken)
    {
        foreach (ReadBlock block in blocks)
        {
            await AddAsync(block.Block, fence, cancellationToken);
            changes.Note(block.Changes);
            Volatile.Write(ref _mark, block.Block.Mark);
        }
    }

    /// <summary>
    /// Into the index before out of the pool: at every moment one of them knows the operation. A crash in between is healed by
    /// <see cref="PoolRecovery"/>, which asks the index first; a fault in between by doing the block again.
    /// </summary>
    private async Task AddAsync(IndexedBlock block, Fence fence, CancellationToken cancellationToken)
    {
        IndexedBlock complete = block with { Operations = [.. block.Operations.Select(settlement.WithOwnForm)] };
        FaultSwitch.Pass(complete.Operations.Count > 0 ? FaultPoint.AfterMinedBeforeIndexed : FaultPoint.None);
        await store.AddBlockAsync(complete, fence, cancellationToken);
        FaultSwitch.Pass(complete.Operations.Count > 0 ? FaultPoint.AfterIndexedBeforeRemoved : FaultPoint.None);
        await settlement.IncludedAsync(complete.Operations, cancellationToken);
        changes.Note(complete.Operations.SelectMany(EntityChange.Of));
    }

    /// <summary>
    /// Back to the fork. Operations are back in the mempool before the index forgets that it had them, and undoing twice undoes once: a
    /// crash or a fault in between loses nothing. False when no block is seen to have left: the node contradicts itself.
    /// </summary>
    private async Task<bool> GoBackAsync(BlockMark mark, ChainHead? stranger, Fence fence, CancellationToken cancellationToken)
    {
        if (await forks.FindAsync(mark, stranger, cancellationToken) is not { } fork)
        {
            return false;
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

        Volatile.Write(ref _mark, fork.Last);
        return true;
    }
}
