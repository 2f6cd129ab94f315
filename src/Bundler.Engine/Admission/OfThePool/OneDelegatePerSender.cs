using Bundler.Engine.Validation.Erc7562;
using Bundler.Erc4337;

namespace Bundler.Engine.Admission.OfThePool;

/// <summary>AUTH-040: all pending operations of a sender that carry a tuple name the same delegate.</summary>
internal sealed class OneDelegatePerSender(RuleSet? rules = null) : IAdmissionRule
{
    private readonly RuleSet _rules = rules ?? RuleSet.All;

    public Rejection? Check(AdmissionContext context)
    {
        if (!_rules.Has(Erc7562Rule.Auth040) || context.Operation.Eip7702Auth is not { } authorization)
        {
            return null;
        }

        foreach (Pool.MempoolEntry pending in context.Pool.Of(EntityKind.Account, context.Operation.Sender))
        {
            if (pending.Operation.Eip7702Auth is { } other && other.Address != authorization.Address && pending.Operation.Nonce != context.Operation.Nonce)
            {
                return new Rejection.RuleViolated(new RuleViolation(
                    Erc7562Rule.Auth040,
                    new Entity(EntityKind.Account, context.Operation.Sender),
                    $"account {context.Operation.Sender} has a pending operation that delegates to {other.Address}")
                {
                    Expected = other.Address.ToString(),
                    Got = authorization.Address.ToString(),
                });
            }
        }

        return null;
    }
}
