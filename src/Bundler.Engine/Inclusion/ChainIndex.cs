using Bundler.Engine.Chain;
using Bundler.Engine.Fleet;
using Bundler.Ethereum.Client;
using Microsoft.Extensions.Logging;

namespace Bundler.Engine.Inclusion;

/// <summary>
/// Follows the chain block by block into our own index: every block's operations once, by block hash. A block whose parent is not the last
/// one indexed means a reorganisation: the index goes back to the fork and tells what was undone.
/// </summary>
internal sealed partial class ChainIndex(
    BelievedBlocks blocks, IndexWriter writer, IndexRetreat retreat, HiddenEvents hidden, IOperationHistoryStore store, Duties duties, TimeProvider clock,
    ILogger<ChainIndex> logger)
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
            if (await blocks.AfterAsync(mark.Number, to, cancellationToken) is not { } next)
            {
                return;
            }

            if (next[0].ParentHash == mark.Hash)
            {
                await AddAsync(next, fence, cancellationToken);
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

    /// <summary>A receipt shows operations that the index has not. Adds them if the block is indexed and is the receipt's.</summary>
    public async Task AddMissedAsync(TransactionReceipt receipt, CancellationToken cancellationToken)
    {
        if (_fence is { } fence && await hidden.FindAsync(receipt, cancellationToken) is { } found)
        {
            await writer.AddAsync(found, fence, cancellationToken);
        }
    }

    private async Task AddAsync(IReadOnlyList<ReadBlock> next, Fence fence, CancellationToken cancellationToken)
    {
        foreach (ReadBlock block in next)
        {
            await writer.AddAsync(block, fence, cancellationToken);
            Volatile.Write(ref _mark, block.Block.Mark);
        }
    }

    /// <summary>False when no block is seen to have left: the node contradicts itself.</summary>
    private async Task<bool> GoBackAsync(BlockMark mark, ChainHead? stranger, Fence fence, CancellationToken cancellationToken)
    {
        if (await retreat.GoBackAsync(mark, stranger, fence, cancellationToken) is not { } last)
        {
            return false;
        }

        Volatile.Write(ref _mark, last);
        return true;
    }
}
