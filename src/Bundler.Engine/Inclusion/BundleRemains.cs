using Bundler.Engine.Fleet;
using Bundler.Engine.Pool;
using Bundler.Engine.Submission;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Inclusion;

/// <summary>What a mined bundle did not include.</summary>
internal sealed class BundleRemains(Mempools mempools, IOperationHistoryStore history, Duties duties)
{
    /// <summary>Operations of the bundle are still in the pool although the receipt shows their events.</summary>
    public bool IsMissing(SubmissionOutcome.Mined mined) =>
        mempools.TryGet(mined.EntryPoint, out Mempool? pool)
        && mined.Receipt.Logs.Any(log => log.Address == mined.EntryPoint
            && log.Topics.Count > 1
            && log.Topics[0] == EntryPointEvents.UserOperationEvent.Topic
            && pool.TryGet(log.Topics[1], out MempoolEntry? _));

    /// <summary>What is left of it. Where another node writes the index, what it did include may not have left this node's mempool yet.</summary>
    public async Task<Hash32[]> OfAsync(Mempool pool, SubmissionOutcome.Mined mined, CancellationToken cancellationToken)
    {
        List<Hash32> left = [];
        foreach (Hash32 userOpHash in mined.UserOpHashes.Where(userOpHash => pool.TryGet(userOpHash, out MempoolEntry? _)))
        {
            if (duties.Indexes || await history.FindIncludedAsync(userOpHash, cancellationToken) is null)
            {
                left.Add(userOpHash);
            }
        }

        return [.. left];
    }
}
