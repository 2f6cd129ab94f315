using Bundler.Engine.Chain;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Bundler.Engine.Inclusion;

/// <summary>
/// Follows the chain block by block into our own index: every block's operations once, by block hash. A block whose parent is not the last
/// one indexed means a reorganisation: the index goes back to the fork and tells what was undone.
/// </summary>
internal sealed class ChainIndex(
    EthClient eth, EventReader reader, IOperationHistoryStore store, Settlement settlement, Reorganisation reorganisation,
    IOptions<InclusionOptions> options, ILogger<ChainIndex> logger)
{
    private BlockMark? _mark;

    /// <summary>The highest indexed block.</summary>
    public BlockMark? Mark => Volatile.Read(ref _mark);

    /// <summary>Continues where the store ends, or begins at the head.</summary>
    public async Task StartAsync(ChainHead head, CancellationToken cancellationToken)
    {
        if (await store.HighestBlockAsync(cancellationToken) is { } known)
        {
            _mark = known;
        }
        else
        {
            BlockMark first = new(head.Number, head.Hash);
            await store.AddBlockAsync(new IndexedBlock(first, [], []), cancellationToken);
            _mark = first;
        }

        logger.FollowingFrom(_mark.Number);
    }

    /// <summary>Indexes everything up to a block number.</summary>
    public async Task CatchUpAsync(ulong to, CancellationToken cancellationToken)
    {
        while (Mark is { } mark && mark.Number < to)
        {
            ulong from = mark.Number + 1;
            ulong until = Math.Min(to, mark.Number + (ulong)options.Value.BlocksPerRequest);
            IReadOnlyList<ReadBlock>? blocks = await reader.ReadAsync(from, until, cancellationToken);
            if (blocks is null)
            {
                // The chain moved under the reading, or the node lags behind the head it announced: the next head asks again.
                return;
            }

            if (blocks[0].ParentHash != mark.Hash)
            {
                await GoBackAsync(mark, cancellationToken);
                continue;
            }

            foreach (ReadBlock block in blocks)
            {
                // Into the index before out of the pool: at every moment one of them knows the operation. A crash in between is healed by
                // PoolRecovery, which asks the index first.
                IndexedBlock complete = block.Block with { Operations = [.. block.Block.Operations.Select(settlement.WithOwnForm)] };
                await store.AddBlockAsync(complete, cancellationToken);
                await settlement.IncludedAsync(complete.Operations, cancellationToken);
                Volatile.Write(ref _mark, complete.Mark);
            }
        }
    }

    /// <summary>The head is at or below the mark: has the marked block left the chain?</summary>
    public async Task CheckForkAsync(ChainHead head, CancellationToken cancellationToken)
    {
        if (Mark is { } mark && head.Number <= mark.Number && head.Hash != mark.Hash)
        {
            BlockHeader? there = await eth.GetBlockAsync(BlockTag.Number(mark.Number), cancellationToken);
            if (there?.Hash != mark.Hash)
            {
                await GoBackAsync(mark, cancellationToken);
                await CatchUpAsync(head.Number, cancellationToken);
            }
        }
    }

    private async Task GoBackAsync(BlockMark mark, CancellationToken cancellationToken)
    {
        ulong lowest = mark.Number > (ulong)options.Value.MaxReorgBlocks ? mark.Number - (ulong)options.Value.MaxReorgBlocks : 0;
        IReadOnlyList<BlockMark> known = await store.BlocksAboveAsync(lowest == 0 ? 0 : lowest - 1, cancellationToken);
        List<BlockMark> orphaned = [];
        BlockMark? fork = null;
        for (int end = known.Count; end > 0 && fork is null; end -= 64)
        {
            int start = Math.Max(0, end - 64);
            EthBatch batch = eth.Batch();
            List<(BlockMark Known, Pending<BlockHeader?> Now)> asked = [];
            for (int i = end - 1; i >= start; i--)
            {
                asked.Add((known[i], batch.GetBlock(BlockTag.Number(known[i].Number))));
            }

            await batch.SendAsync(cancellationToken);
            foreach ((BlockMark block, Pending<BlockHeader?> now) in asked)
            {
                if (now.Value?.Hash == block.Hash)
                {
                    fork = block;
                    break;
                }

                orphaned.Add(block);
            }
        }

        IReadOnlyList<IncludedOperation> undone = await store.RemoveBlocksAsync([.. orphaned.Select(block => block.Hash)], cancellationToken);
        logger.Reorganised(orphaned[^1].Number, orphaned.Count, undone.Count);
        Volatile.Write(ref _mark, fork ?? new BlockMark(orphaned[^1].Number == 0 ? 0 : orphaned[^1].Number - 1, Hash32.Zero));
        if (fork is null)
        {
            // Deeper than we look: begin anew at what the node has.
            BlockHeader? block = await eth.GetBlockAsync(BlockTag.Number(Mark!.Number), cancellationToken);
            Volatile.Write(ref _mark, new BlockMark(Mark!.Number, block?.Hash ?? Hash32.Zero));
        }

        await reorganisation.UndoAsync(undone, cancellationToken);
    }
}
