using Bundler.Engine.Chain;
using Bundler.Ethereum.Client;
using Microsoft.Extensions.Options;

namespace Bundler.Engine.Inclusion;

/// <summary>Asks the node, from the top, which of the indexed blocks are still in the chain.</summary>
internal sealed class ForkSearch(EthClient eth, IOperationHistoryStore store, IOptions<InclusionOptions> options)
{
    private const int BlocksPerRequest = 64;

    /// <summary>
    /// The fork below the highest indexed block; <c>null</c> while no block is seen to be another one. A block that the node does not give
    /// proves nothing, because it may lag, unless its head is known not to be of the index's chain.
    /// </summary>
    /// <param name="highest">The highest indexed block.</param>
    /// <param name="stranger">A head that is seen not to be of the index's chain; <c>null</c>: none is.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<Fork?> FindAsync(BlockMark highest, ChainHead? stranger, CancellationToken cancellationToken)
    {
        ulong final = Math.Min(await store.FinalBlockAsync(cancellationToken) ?? highest.Number, highest.Number);
        ulong top = Math.Min(final, stranger?.Number ?? final);
        IReadOnlyList<BlockMark> known = await store.BlocksAboveAsync(Before(top), cancellationToken);
        List<BlockMark> left = [];
        bool differs = stranger is not null;
        for (int end = known.Count; end > 0;)
        {
            int start = Math.Max(0, end - BlocksPerRequest);
            foreach ((BlockMark mark, BlockHeader? now) in await AskAsync(known, start, end, cancellationToken))
            {
                if (now?.Hash == mark.Hash)
                {
                    return differs && left.Count > 0 ? new Fork(mark, left, IsDeeperThanKnown: false) : null;
                }

                differs |= now is not null;
                left.Add(mark);
            }

            // None of the highest is there: nor are the others above the head.
            for (end = start; stranger is not null && end > 0 && known[end - 1].Number > stranger.Number; end--)
            {
                left.Add(known[end - 1]);
            }
        }

        return differs && left.Count > 0 ? await BelowAsync(left, stranger, cancellationToken) : null;
    }

    /// <summary>Deeper than any known block: the index begins anew at what the node has below; with fewer blocks it reads again what it would remember.</summary>
    private async Task<Fork?> BelowAsync(List<BlockMark> left, ChainHead? stranger, CancellationToken cancellationToken)
    {
        ulong below = left[^1].Number == 0 ? 0 : left[^1].Number - 1;
        ulong number = stranger is { } head && head.Number < below ? Before(head.Number) : below;
        BlockHeader? block = await eth.GetBlockAsync(BlockTag.Number(number), cancellationToken);
        return block is null ? null : new Fork(new BlockMark(block.Number, block.Hash), left, IsDeeperThanKnown: true);
    }

    private ulong Before(ulong number) => number > (ulong)options.Value.RememberedBlocks ? number - (ulong)options.Value.RememberedBlocks : 0;

    /// <summary>From the highest down.</summary>
    private async Task<IReadOnlyList<(BlockMark Known, BlockHeader? Now)>> AskAsync(
        IReadOnlyList<BlockMark> known, int start, int end, CancellationToken cancellationToken)
    {
        EthBatch batch = eth.Batch();
        List<(BlockMark Known, Pending<BlockHeader?> Now)> asked = [];
        for (int i = end - 1; i >= start; i--)
        {
            asked.Add((known[i], batch.GetBlock(BlockTag.Number(known[i].Number))));
        }

        await batch.SendAsync(cancellationToken);
        return [.. asked.Select(pair => (pair.Known, pair.Now.Value))];
    }
}

/// <summary>Where the chain left the index.</summary>
/// <param name="Last">The highest block that both have.</param>
/// <param name="Left">The indexed blocks that left the chain, from the highest down.</param>
/// <param name="IsDeeperThanKnown">No indexed block is in the chain any more; <paramref name="Last"/> is new to the index.</param>
internal sealed record Fork(BlockMark Last, IReadOnlyList<BlockMark> Left, bool IsDeeperThanKnown);
