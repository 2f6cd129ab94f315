using Bundler.Engine.Admission;
using Bundler.Engine.Gas;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Codecs;
using Bundler.Paymaster.Contracts;
using Bundler.Paymaster.Deciding;

namespace Bundler.Paymaster;

/// <summary>What operations cost, by the node's own numbers: there is no second estimator that could disagree.</summary>
public sealed class SponsorMarket(EstimationDesk estimates, PreVerificationGasPolicy preVerificationGas, FeeOracle fees, SponsorRules rules)
{
    /// <summary>Whether what the operation offers is honest; the first rule that says no.</summary>
    public async Task<SponsorRefusal?> RefusalAsync(SponsoredPaymaster paymaster, UserOperation stubbed, CancellationToken cancellationToken)
    {
        EntryPoint entryPoint = paymaster.Site.EntryPoint;
        ulong own = preVerificationGas.Estimated(entryPoint, stubbed, entryPoint.Operations.Pack(stubbed).Span, verificationGasUsed: 0);
        FeeLevel market = fees.Suggest(await fees.CurrentAsync(cancellationToken)).Fast;
        return rules.Check(new SponsorQuestion(paymaster, stubbed, own, market));
    }

    /// <summary>The operation with every limit that was not given found, with a stub of the paymaster in it.</summary>
    public async Task<Decision<UserOperation>> EstimateAsync(SponsoredPaymaster paymaster, PartialUserOperation partial, CancellationToken cancellationToken)
    {
        EntryPoint entryPoint = paymaster.Site.EntryPoint;
        UserOperation stubbed = paymaster.Codec.Grant(partial.Operation, paymaster.Site, GrantStub.Terms, GrantStub.Signature) with { PaymasterPostOpGasLimit = UInt256.Zero };

        // None of these paymasters has a postOp, so its limit is known; its gas for validation is what its stub says, whatever the client left from an earlier one.
        PartialUserOperation asked = partial with
        {
            Operation = stubbed with { PaymasterVerificationGasLimit = paymaster.VerificationGasFor(stubbed) },
            HasPaymasterPostOpGasLimit = true,
            HasPaymasterVerificationGasLimit = true,
        };
        Outcome<GasEstimate> found = await estimates.EstimateAsync(entryPoint, asked, null, cancellationToken);
        return found.Rejection is { } rejection ? SponsorRefusal.Of(rejection) : With(asked.Operation, found.Value);
    }

    private static UserOperation With(UserOperation operation, GasEstimate estimate) => operation with
    {
        PreVerificationGas = estimate.PreVerificationGas,
        VerificationGasLimit = estimate.VerificationGasLimit,
        CallGasLimit = estimate.CallGasLimit,
        PaymasterVerificationGasLimit = estimate.PaymasterVerificationGasLimit ?? UInt256.Zero,
        PaymasterPostOpGasLimit = estimate.PaymasterPostOpGasLimit ?? UInt256.Zero,
    };
}
