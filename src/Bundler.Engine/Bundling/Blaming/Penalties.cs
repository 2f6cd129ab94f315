using Bundler.Engine.Pool;
using Bundler.Engine.Reputation;
using Bundler.Engine.Validation.Erc7562;
using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Logging;

namespace Bundler.Engine.Bundling.Blaming;

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

    /// <summary>
    /// It could be traced when it was sent, and takes the Ethereum node too long now: it goes alone, after a pause. False when that was so often enough: then it has
    /// to be dropped.
    /// </summary>
    public bool TrySetAside(MempoolEntry entry, Rejection.TooHeavy heavy)
    {
        if (suspects.FailedAlone(entry.UserOpHash, heavy.Message, isPassing: heavy.IsDoubtful, isDear: true))
        {
            return false;
        }

        logger.SetAside(entry.UserOpHash, heavy.Message);
        return true;
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

    /// <summary>
    /// GREP-010: whoever is banned goes with all operations that name it, at once; each of them would cost a bundle otherwise. What is on its way in
    /// another bundle is left to its fate.
    /// </summary>
    /// <param name="pool">The mempool.</param>
    /// <param name="verdicts">What has just been applied.</param>
    /// <param name="taken">The operations that were taken together.</param>
    /// <param name="reason">Why the first of them was dropped.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Those of the taken ones that went.</returns>
    public async Task<IReadOnlyList<MempoolEntry>> ExpelAsync(
        Mempool pool, IReadOnlyList<Verdict> verdicts, IReadOnlyList<MempoolEntry> taken, string reason, CancellationToken cancellationToken)
    {
        HashSet<Address> banned =
        [
            .. verdicts.Where(verdict => verdict.Effect == ReputationEffect.Ban && _rules.Has(verdict.Rule) && _rules.Has(Erc7562Rule.Grep010))
                .Select(verdict => verdict.Address),
        ];
        if (banned.Count == 0)
        {
            return [];
        }

        HashSet<Hash32> ours = [.. taken.Select(entry => entry.UserOpHash)];
        MempoolEntry[] going = pool.Ask(view => banned
            .SelectMany(address => view.Naming(address))
            .Where(entry => entry.IsIdle || ours.Contains(entry.UserOpHash))
            .DistinctBy(entry => entry.UserOpHash)
            .ToArray());
        Array.ForEach(going, entry => suspects.Forget(entry.UserOpHash));
        await reputation.FlushAsync(cancellationToken);
        IReadOnlyList<MempoolEntry> gone = await pool.RemoveAsync(
            [.. going.Select(entry => entry.UserOpHash)],
            OperationState.Dropped,
            entry => $"{entry.Entities.First(entity => banned.Contains(entity.Address))} is banned (GREP-010): {reason}",
            null,
            cancellationToken);
        foreach (MempoolEntry entry in gone)
        {
            Apply(pool.EntryPoint.Address, [.. Blame.OfPassedOver(entry).Where(verdict => !banned.Contains(verdict.Address))]);
        }

        logger.Expelled(string.Join(", ", banned), gone.Count, reason);
        return [.. gone.Where(entry => ours.Contains(entry.UserOpHash))];
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
