using Bundler.Engine.Pool;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Inclusion;

/// <summary>
/// A second look at what ends a pending operation. Our own transactions were read with their receipts; of others there is but an event, so the receipt
/// must show it too.
/// </summary>
internal sealed class InclusionWitness(Mempools mempools, Carriers carriers)
{
    /// <summary>What is untrue; <c>null</c>: nothing.</summary>
    public async Task<string?> FindLieAsync(IReadOnlyList<ReadBlock> blocks, CancellationToken cancellationToken)
    {
        foreach (IncludedOperation told in blocks.SelectMany(block => block.Block.Operations))
        {
            if (mempools.TryFind(told.UserOpHash, out _, out MempoolEntry? held)
                && (EventTruth.FindLie(told, held) ?? await LookAgainAsync(told, cancellationToken)) is { } lie)
            {
                return lie;
            }
        }

        return null;
    }

    private async Task<string?> LookAgainAsync(IncludedOperation told, CancellationToken cancellationToken)
    {
        if (!told.LogsJson.IsEmpty)
        {
            return null;
        }

        IReadOnlyDictionary<Hash32, Carrier?> read = await carriers.ReadAsync([told.TransactionHash], cancellationToken);
        return !read.TryGetValue(told.TransactionHash, out Carrier? carrier) ? $"{told.TransactionHash} is said to include {told.UserOpHash} and has no receipt"
            : carrier is null || (carrier.Receipt.BlockHash == told.Block.Hash && carriers.Operations(carrier).Any(shown => EventTruth.IsSame(shown, told))) ? null
            : $"the receipt of {told.TransactionHash} does not show {told.UserOpHash}";
    }
}
