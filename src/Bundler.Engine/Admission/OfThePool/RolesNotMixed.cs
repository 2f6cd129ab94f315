using Bundler.Engine.Validation.Erc7562;
using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Admission.OfThePool;

/// <summary>STO-040: an address is not the account of one pending operation and another entity of another one.</summary>
internal sealed class RolesNotMixed(RuleSet? rules = null) : IAdmissionRule
{
    private static readonly EntityKind[] Others = [EntityKind.Factory, EntityKind.Paymaster, EntityKind.Aggregator];

    private readonly RuleSet _rules = rules ?? RuleSet.All;

    public Rejection? Check(AdmissionContext context)
    {
        if (!_rules.Has(Erc7562Rule.Sto040))
        {
            return null;
        }

        Address sender = context.Operation.Sender;
        foreach (EntityKind kind in Others)
        {
            if (context.Pool.Count(kind, sender) > 0)
            {
                return Violated(new Entity(EntityKind.Account, sender), $"account {sender} is used as a {new Entity(kind, sender).Title} entity in another UserOperation currently in mempool");
            }
        }

        foreach (Entity entity in context.Entities)
        {
            if (entity.Kind != EntityKind.Account && context.Pool.Count(EntityKind.Account, entity.Address) > 0)
            {
                return Violated(entity, $"{entity.Title} {entity.Address} is used as a sender entity in another UserOperation currently in mempool");
            }
        }

        return null;
    }

    private static Rejection.RuleViolated Violated(Entity entity, string message) => new(new RuleViolation(Erc7562Rule.Sto040, entity, message));
}
