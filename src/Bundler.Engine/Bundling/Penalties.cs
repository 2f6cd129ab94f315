using Bundler.Engine.Pool;
using Bundler.Engine.Reputation;
using Bundler.Engine.Validation.Erc7562;
using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Logging;

namespace Bundler.Engine.Bundling;

/// <summary>What follows when an admitted operation fails: it is dropped with its reason, and whoever is to blame pays with its reputation.</summary>
public sealed class Penalties(ReputationLedger reputation, SuspectList suspects, ILogger<Penalties> logger, RuleSet? rules = null)
{
    private readonly RuleSet _rules = rules ?? RuleSet.All;

    public void Apply(Address entryPoint, IReadOnlyList<Verdict> verdicts)
    {
        foreach (Verdict verdict in verdicts.Where(verdict => _rules.Has(verdict.Rule)))
        {
            switch (verdict.Effect)
            {
                case ReputationEffect.Ban:
                    reputation.Ban(entryPoint, verdict.Address);
                    break;
                case ReputationEffect.Throttle:
                    reputation.Throttle(entryPoint, verdict.Address);
                    break;
                default:
                    reputation.Unseen(entryPoint, [verdict.Address]);
                    break;
            }
        }
    }

    /// <summary>Out of the mempool for good, with what follows it in its nonce order: that could never be included now.</summary>
    /// <param name="pool">Its mempool.</param>
    /// <param name="entry">The one that failed.</param>
    /// <param name="taken">The operations that were taken together; of those that stay in the mempool it takes care itself.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <remarks>The verdicts are durable before the last word of the operation is: a crash forgets no blame.</remarks>
    public async Task DropAsync(Mempool pool, MempoolEntry entry, IEnumerable<MempoolEntry> taken, string reason, CancellationToken cancellationToken)
    {
        Hash32[] going = [entry.UserOpHash, .. taken.Where(other => other.Follows(entry)).Select(other => other.UserOpHash)];
        Array.ForEach(going, suspects.Forget);
        await reputation.FlushAsync(cancellationToken);
        IReadOnlyList<MempoolEntry> gone = await pool.RemoveAsync(
            going,
            OperationState.Dropped,
            each => each.UserOpHash == entry.UserOpHash ? reason : Mempool.BehindReason(entry),
            null,
            cancellationToken);
        PassOver(gone.Where(other => other.UserOpHash != entry.UserOpHash));
        logger.Dropped(entry.UserOpHash, reason);
    }

    /// <summary>Operations that are out of the mempool through no failure of their own.</summary>
    public void PassOver(IEnumerable<MempoolEntry> gone)
    {
        foreach (MempoolEntry entry in gone)
        {
            Apply(entry.EntryPoint.Address, Blame.OfPassedOver(entry));
        }
    }
}
