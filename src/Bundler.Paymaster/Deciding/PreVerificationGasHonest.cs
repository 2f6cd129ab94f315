using Bundler.Ethereum.Primitives;

namespace Bundler.Paymaster.Deciding;

/// <summary>Checklist row 2: whoever bundles gets preVerificationGas, used or not, so it is paid for only as far as it is needed.</summary>
internal sealed class PreVerificationGasHonest(int percent) : ISponsorRule
{
    public SponsorRefusal? Check(SponsorQuestion question)
    {
        UInt256 most = UInt256.MulDiv(question.PreVerificationGas, (uint)percent, 100);
        return question.Operation.PreVerificationGas <= most
            ? null
            : new SponsorRefusal(SponsorReason.PolicyRejected, "preVerificationGas", $"preVerificationGas must be at most {most}, got {question.Operation.PreVerificationGas}")
            {
                Limit = most, Spent = question.Operation.PreVerificationGas,
            };
    }
}
