using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Codecs;
using Bundler.Paymaster.Contracts;

namespace Bundler.Paymaster.Deciding;

/// <summary>Checklist row 11: paymasterVerificationGasLimit is no more than the stub named; the paymaster's validation always takes about the same.</summary>
internal sealed class PaymasterGasWithinStub : ISponsorRule
{
    public SponsorRefusal? Check(SponsorQuestion question)
    {
        int size = question.Operation.CallData.Length + GrantCodecs.InitCode(question.Operation).Length;
        UInt256 most = question.Paymaster.Site.EntryPoint.HasPaymasterGasLimits ? SponsoredPaymaster.VerificationGasFor(size) : UInt256.Zero;
        return question.Operation.PaymasterVerificationGasLimit <= most
            ? null
            : new SponsorRefusal(SponsorReason.PolicyRejected, "paymasterVerificationGasLimit", $"paymasterVerificationGasLimit must be at most {most}, as the stub says")
            {
                Limit = most, Spent = question.Operation.PaymasterVerificationGasLimit,
            };
    }
}
