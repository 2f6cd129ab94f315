using Bundler.Ethereum.Primitives;

namespace Bundler.Paymaster.Deciding;

/// <summary>Checklist row 11: paymasterVerificationGasLimit is no more than the stub named; the paymaster's validation always takes about the same.</summary>
internal sealed class PaymasterGasWithinStub : ISponsorRule
{
    public SponsorRefusal? Check(SponsorQuestion question)
    {
        UInt256 most = question.Paymaster.VerificationGasFor(question.Operation);
        return question.Operation.PaymasterVerificationGasLimit <= most
            ? null
            : new SponsorRefusal(SponsorReason.PolicyRejected, "paymasterVerificationGasLimit", $"paymasterVerificationGasLimit must be at most {most}, as the stub says")
            {
                Limit = most, Spent = question.Operation.PaymasterVerificationGasLimit,
            };
    }
}
