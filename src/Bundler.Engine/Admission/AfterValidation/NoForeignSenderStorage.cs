using Bundler.Engine.Validation.Erc7562;
using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Admission.AfterValidation;

/// <summary>STO-041: validation uses no storage inside a contract that is the sender of another pending operation, nor the other way round.</summary>
internal sealed class NoForeignSenderStorage(RuleSet? rules = null) : IAdmissionRule
{
    private readonly RuleSet _rules = rules ?? RuleSet.All;

    public Rejection? Check(AdmissionContext context)
    {
        if (!_rules.Has(Erc7562Rule.Sto041))
        {
            return null;
        }

        Address sender = context.Operation.Sender;
        foreach (Address contract in context.Validation.AccessedSlots.Keys)
        {
            if (contract != sender && context.Pool.Count(EntityKind.Account, contract) > 0)
            {
                return Violated(sender, contract, $"account {sender} accesses storage of {contract}, which is the sender of another pending operation");
            }
        }

        bool others = context.Pool.IsTouched(sender)
            && context.Pool.TouchedBy(sender).Any(entry => entry.Operation.Sender != sender);
        return others
            ? Violated(sender, sender, $"storage of account {sender} is accessed by another sender's pending operation")
            : null;
    }

    private static Rejection.RuleViolated Violated(Address sender, Address contract, string message) =>
        new(new RuleViolation(Erc7562Rule.Sto041, new Entity(EntityKind.Account, sender), message) { Address = contract });
}
