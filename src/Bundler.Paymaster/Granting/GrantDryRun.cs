using Bundler.Engine.Admission;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Contracts;
using Bundler.Paymaster.Deciding;

namespace Bundler.Paymaster.Granting;

/// <summary>
/// What our own pool would say of the operation, by the same rules and the same trace, before anything is reserved or signed for it; and whether its call succeeds. The grant
/// is a stub and the account may not have signed yet, so that these two signatures are wrong is expected and forgiven: all else is not (checklist rows 1 and 28).
/// </summary>
public sealed class GrantDryRun(AdmissionReview review, EstimationDesk estimates)
{
    /// <param name="paymaster">Who would pay.</param>
    /// <param name="operation">With all limits and the stub.</param>
    /// <param name="isAccountSigned">The account has signed, so its signature is not forgiven.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Why it is not signed for, or <c>null</c>.</returns>
    public async Task<SponsorRefusal?> RefusalAsync(SponsoredPaymaster paymaster, UserOperation operation, bool isAccountSigned, CancellationToken cancellationToken)
    {
        EntryPoint entryPoint = paymaster.Site.EntryPoint;
        AdmissionReport report = await review.ExamineAsync(entryPoint, operation, cancellationToken);
        Rejection? rejection = report.Rejections.FirstOrDefault(each => !IsExpected(each, operation, isAccountSigned))
            ?? (report.Validation is { Violations: [RuleViolation first, ..] } ? new Rejection.RuleViolated(first) : null);
        if (rejection is not null)
        {
            return SponsorRefusal.Of(rejection);
        }

        Outcome<GasEstimate> run = await estimates.EstimateAsync(entryPoint, PartialUserOperation.Complete(Limited(operation)), null, cancellationToken);
        return run.Rejection is { } failed ? SponsorRefusal.Of(failed) : null;
    }

    /// <summary>An estimate takes a limit of 0 for one to be found; here it is the one that will be sent, and a call does as little with 1 gas.</summary>
    private static UserOperation Limited(UserOperation operation) =>
        operation.CallGasLimit.IsZero && !operation.CallData.IsEmpty ? operation with { CallGasLimit = UInt256.One } : operation;

    private static bool IsExpected(Rejection rejection, UserOperation operation, bool isAccountSigned) =>
        rejection is Rejection.SignatureInvalid { Entity: var entity }
        && (entity == new Entity(EntityKind.Account, operation.Sender) && !isAccountSigned || entity == new Entity(EntityKind.Paymaster, operation.Paymaster!.Value));
}
