using Bundler.Engine.Chain;
using Bundler.Engine.Reputation;
using Bundler.Engine.Validation.Erc7562;
using Bundler.Erc4337;

namespace Bundler.Engine.Pool;

/// <summary>
/// Why a pending operation may not stay: its validity window is over, an entity of it is banned (GREP-010), or throttled while the operation has waited
/// THROTTLED_ENTITY_LIVE_BLOCKS, in the chain's block time (GREP-020). Pure.
/// </summary>
public sealed class LifeLimits(ChainProfile chain, ReputationLedger reputation, RuleSet? rules = null)
{
    private readonly RuleSet _rules = rules ?? RuleSet.All;

    /// <summary>The reason, or <c>null</c> if it may stay.</summary>
    public string? Over(MempoolEntry entry, ChainHead head, DateTimeOffset now)
    {
        // As in ValidityCheck: the clock counts only where a chain stands idle.
        ulong seconds = chain.Development ? Math.Max(head.Timestamp, (ulong)now.ToUnixTimeSeconds()) : head.Timestamp;
        if (entry.Validation is { } validation)
        {
            if (validation.Window.ValidUntil < seconds)
            {
                return $"expired: it was valid until {DateTimeOffset.FromUnixTimeSeconds((long)validation.Window.ValidUntil):O}";
            }

            if (validation.BlockWindow is { } blocks && blocks.ValidUntil <= head.Number)
            {
                return $"expired: it was valid until block {blocks.ValidUntil}";
            }
        }

        TimeSpan longest = TimeSpan.FromSeconds(reputation.Constants.ThrottledEntityLiveBlocks * chain.BlockTimeSeconds);
        foreach (Entity entity in entry.Entities)
        {
            switch (reputation.Status(entry.EntryPoint.Address, entity.Address))
            {
                case ReputationStatus.Banned when _rules.Has(Erc7562Rule.Grep010):
                    return $"{entity} is banned (GREP-010)";
                case ReputationStatus.Throttled when _rules.Has(Erc7562Rule.Grep020) && now - entry.AdmittedAt > longest:
                    return $"{entity} is throttled, and the operation has waited for {longest.TotalSeconds:0.#} s (GREP-020)";
                default:
                    break;
            }
        }

        return null;
    }
}
