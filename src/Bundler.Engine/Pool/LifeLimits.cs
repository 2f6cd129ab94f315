using Bundler.Engine.Chain;
using Bundler.Engine.Gas;
using Bundler.Engine.Reputation;
using Bundler.Engine.Validation.Erc7562;
using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Options;

namespace Bundler.Engine.Pool;

/// <summary>
/// Why a pending operation may not stay: its validity window is over, blocks have become too small for it, it has waited for too long, an entity of it is banned (GREP-010), or
/// throttled while the operation has waited THROTTLED_ENTITY_LIVE_BLOCKS, in the chain's block time (GREP-020).
/// </summary>
public sealed class LifeLimits(ChainProfile chain, ReputationLedger reputation, GasCeiling ceiling, IOptions<PoolOptions> options, RuleSet? rules = null)
{
    private readonly RuleSet _rules = rules ?? RuleSet.All;
    private readonly TimeSpan _longestWait = TimeSpan.FromSeconds(options.Value.MaxWaitSeconds);
    private readonly TimeSpan _longestLife = TimeSpan.FromSeconds(options.Value.MaxPendingSeconds);

    /// <summary>Why it may not stay, or <c>null</c> if it may.</summary>
    /// <param name="entry">Neither in a bundle nor on its way into the store.</param>
    /// <param name="head">The newest block.</param>
    /// <param name="now">By the clock.</param>
    /// <param name="wait">How long it has not been able to go, and why.</param>
    public LifeEnd? Over(MempoolEntry entry, ChainHead head, DateTimeOffset now, (TimeSpan For, string Reason)? wait = null)
    {
        // As in ValidityCheck: the clock counts only where a chain stands idle.
        ulong seconds = chain.Development ? Math.Max(head.Timestamp, (ulong)now.ToUnixTimeSeconds()) : head.Timestamp;
        if (entry.Validation is { } validation)
        {
            EntityKind signedFor = validation.EndsByPaymaster ? EntityKind.Paymaster : EntityKind.Account;
            if (validation.Window.ValidUntil < seconds)
            {
                return new LifeEnd($"expired: it was valid until {DateTimeOffset.FromUnixTimeSeconds((long)validation.Window.ValidUntil):O}", signedFor);
            }

            if (validation.BlockWindow is { } blocks && blocks.ValidUntil <= head.Number)
            {
                return new LifeEnd($"expired: it was valid until block {blocks.ValidUntil}", signedFor);
            }
        }

        if (ceiling.Forbids(entry.EntryPoint, entry.Operation, entry.CalldataTokens, entry.Validation?.Aggregator is not null) is { } tooLarge)
        {
            return new LifeEnd(tooLarge, EntityKind.Account);
        }

        if (wait is { } waited && waited.For >= _longestWait)
        {
            return new LifeEnd($"it could not go for {_longestWait.TotalSeconds:0} s: {waited.Reason}", EntityKind.Account);
        }

        // By blocks: while the chain stands still nothing can be included, and a clock may be put wrong.
        if ((head.Number - Math.Min(entry.AdmittedAtBlock, head.Number)) * chain.BlockTimeSeconds >= _longestLife.TotalSeconds)
        {
            return new LifeEnd($"it was pending for {_longestLife.TotalSeconds:0} s", EntityKind.Account);
        }

        TimeSpan longest = TimeSpan.FromSeconds(reputation.Constants.ThrottledEntityLiveBlocks * chain.BlockTimeSeconds);
        foreach (Entity entity in entry.Entities)
        {
            switch (reputation.Status(entry.EntryPoint.Address, entity.Address))
            {
                case ReputationStatus.Banned when _rules.Has(Erc7562Rule.Grep010):
                    return new LifeEnd($"{entity} is banned (GREP-010)", entity.Kind);
                case ReputationStatus.Throttled when _rules.Has(Erc7562Rule.Grep020) && now - entry.AdmittedAt > longest:
                    return new LifeEnd($"{entity} is throttled, and the operation has waited for {longest.TotalSeconds:0.#} s (GREP-020)", entity.Kind);
                default:
                    break;
            }
        }

        return null;
    }

    /// <summary>
    /// EREP-015, EREP-016: the operation is gone, and paymaster and aggregator have not seen it unless that was their own doing. Without an end of
    /// its own it was queued behind one that is gone.
    /// </summary>
    public void Acquit(MempoolEntry gone, LifeEnd? end)
    {
        Address[] innocent =
        [
            .. gone.Entities
                .Where(entity => entity.Kind switch
                {
                    EntityKind.Paymaster => end?.By is not (EntityKind.Paymaster or EntityKind.Aggregator) && _rules.Has(Erc7562Rule.Erep015),
                    EntityKind.Aggregator => end?.By is not EntityKind.Aggregator && _rules.Has(Erc7562Rule.Erep016),
                    _ => false,
                })
                .Select(entity => entity.Address),
        ];
        reputation.Unseen(gone.EntryPoint.Address, innocent);
    }
}

/// <summary>Why an operation may not stay.</summary>
/// <param name="Reason">In words.</param>
/// <param name="By">Whose doing it is.</param>
public sealed record LifeEnd(string Reason, EntityKind By);
