namespace Bundler.Paymaster.Deciding;

/// <summary>Why an operation is not paid for, in the words of ERC-8168.</summary>
public enum SponsorReason
{
    /// <summary>POLICY_REJECTED: not what is paid for here, whoever asks.</summary>
    PolicyRejected,

    /// <summary>SENDER_INELIGIBLE: not paid for whoever asked.</summary>
    SenderIneligible,

    /// <summary>BUDGET_EXHAUSTED: a limit over many operations is used up.</summary>
    BudgetExhausted,

    /// <summary>SENDER_LIMIT_REACHED: a limit of this account is.</summary>
    SenderLimitReached,

    /// <summary>GAS_EXCEEDS_LIMIT: the operation alone could cost too much.</summary>
    GasExceedsLimit,

    /// <summary>TEMPORARILY_UNAVAILABLE: nothing is wrong with the operation; later it may be paid for.</summary>
    TemporarilyUnavailable,
}
