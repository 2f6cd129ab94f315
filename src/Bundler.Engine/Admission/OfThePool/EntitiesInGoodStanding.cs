using Bundler.Engine.Pool;
using Bundler.Engine.Reputation;
using Bundler.Engine.Validation.Erc7562;
using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Admission.OfThePool;

/// <summary>GREP-010: no banned entity. GREP-020: a throttled one has at most a few operations in the mempool.</summary>
internal sealed class EntitiesInGoodStanding(ReputationLedger reputation, RuleSet? rules = null) : IAdmissionRule
{
    private readonly RuleSet _rules = rules ?? RuleSet.All;

    public Rejection? Check(AdmissionContext context)
    {
        Address entryPoint = context.EntryPoint.Address;
        MempoolEntry? replaced = context.Pool.Find(context.Operation.Sender, context.Operation.Nonce);
        foreach (Entity entity in context.Entities)
        {
            switch (reputation.Status(entryPoint, entity.Address))
            {
                case ReputationStatus.Banned when _rules.Has(Erc7562Rule.Grep010):
                    return new Rejection.EntityThrottledOrBanned(entity, "banned");
                case ReputationStatus.Throttled when _rules.Has(Erc7562Rule.Grep020)
                    && Others(context.Pool, entity, replaced) >= reputation.Constants.ThrottledEntityMempoolCount:
                    return new Rejection.EntityThrottledOrBanned(entity, "throttled");
                default:
                    break;
            }
        }

        return null;
    }

    /// <summary>How many operations name the entity beside the one that would go for this one.</summary>
    private static ulong Others(MempoolView pool, Entity entity, MempoolEntry? replaced)
    {
        int pending = pool.Count(entity.Kind, entity.Address);
        return (ulong)(replaced is not null && replaced.Entities.Contains(entity) ? pending - 1 : pending);
    }
}
