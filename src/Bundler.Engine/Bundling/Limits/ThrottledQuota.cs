using Bundler.Engine.Bundling.Choosing;
using Bundler.Engine.Pool;
using Bundler.Engine.Reputation;
using Bundler.Engine.Validation.Erc7562;
using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Bundling.Limits;

/// <summary>GREP-020: a throttled entity has at most four operations in a bundle. GREP-010: a banned one none.</summary>
internal sealed class ThrottledQuota(ReputationLedger reputation, RuleSet? rules = null) : IBundleLimit
{
    private readonly RuleSet _rules = rules ?? RuleSet.All;

    public string? Check(BundleDraft draft, MempoolEntry next)
    {
        Address entryPoint = draft.EntryPoint.Address;
        foreach (Entity entity in next.Entities)
        {
            switch (reputation.Status(entryPoint, entity.Address))
            {
                case ReputationStatus.Banned when _rules.Has(Erc7562Rule.Grep010):
                    return $"{entity} is banned";
                case ReputationStatus.Throttled when _rules.Has(Erc7562Rule.Grep020) && (ulong)draft.Count(entity) >= reputation.Constants.ThrottledEntityBundleCount:
                    return $"{entity} is throttled";
                default:
                    break;
            }
        }

        return null;
    }
}
