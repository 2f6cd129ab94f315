namespace Bundler.Paymaster.Deciding;

/// <summary>Checklist rows 11 and 17: no paymaster here has a postOp, and v0.7 charges a tenth of a limit that is not used.</summary>
internal sealed class NoPostOpGas : ISponsorRule
{
    public SponsorRefusal? Check(SponsorQuestion question) => question.Operation.PaymasterPostOpGasLimit.IsZero
        ? null
        : new SponsorRefusal(SponsorReason.PolicyRejected, "paymasterPostOpGasLimit", "paymasterPostOpGasLimit must be 0x0: the paymaster has no postOp")
        {
            Limit = 0, Spent = question.Operation.PaymasterPostOpGasLimit,
        };
}
