using Bundler.Engine.Reputation;
using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Admission.OfThePool;

/// <summary>GREP-010: no banned entity. GREP-020: a throttled one has at most a few operations in the mempool.</summary>
internal sealed class EntitiesInGoodStanding(ReputationLedger reputation) : IAdmissionRule
{
    public Rejection? Check(AdmissionContext context)
    {
        Address entryPoint = context.EntryPoint.Address;
        foreach (Entity entity in context.Entities)
        {
            switch (reputation.Status(entryPoint, entity.Address))
            {
                case ReputationStatus.Banned:
                    return new Rejection.EntityThrottledOrBanned(entity, "banned");
                case ReputationStatus.Throttled when
                    (ulong)context.Pool.Count(entity.Kind, entity.Address) >= reputation.Constants.ThrottledEntityMempoolCount:
                    return new Rejection.EntityThrottledOrBanned(entity, "throttled");
                default:
                    break;
            }
        }

        return null;
    }
}
