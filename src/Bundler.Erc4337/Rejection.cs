using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;

namespace Bundler.Erc4337;

/// <summary>Why an operation is not taken, as a value; each reason knows its ERC-7769 code.</summary>
public abstract record Rejection(string Message)
{
    public abstract int Code { get; }

    /// <summary>A block may have taken the operation, or the one it had to follow: <see cref="AaError.IsOvertaken"/>.</summary>
    public bool IsOvertaken => this is RejectedByEntryPoint refused && AaError.Parse(refused.Reason) is { IsOvertaken: true };

    /// <summary>-32602: malformed operation or fields, or a replacement that pays too little.</summary>
    public sealed record InvalidFields(string Field, string Reason) : Rejection(Field.Length == 0 ? Reason : $"{Field}: {Reason}")
    {
        public override int Code => -32602;
    }

    /// <summary>-32500: account or factory validation was rejected by the EntryPoint; the message is its AA text.</summary>
    public sealed record RejectedByEntryPoint(string Reason, Bytes InnerRevert = default) : Rejection(Reason)
    {
        public override int Code => -32500;
    }

    /// <summary>-32500: the Ethereum node, in good order, gives no trace of it for its time or its size.</summary>
    public sealed record TooHeavy(string Reason, bool IsDoubtful = false) : Rejection(Reason)
    {
        public override int Code => -32500;
    }

    /// <summary>-32501: paymaster validation was rejected.</summary>
    public sealed record RejectedByPaymaster(Address Paymaster, string Reason, Bytes InnerRevert = default) : Rejection(Reason)
    {
        public override int Code => -32501;
    }

    /// <summary>-32502: an ERC-7562 rule was broken.</summary>
    public sealed record RuleViolated(RuleViolation Violation) : Rejection(Violation.Message)
    {
        public override int Code => -32502;
    }

    /// <summary>-32503: outside the validity window, or about to be.</summary>
    public sealed record OutOfTimeRange(ulong ValidAfter, ulong ValidUntil, Address? Paymaster)
        : Rejection("the operation is outside its validity window, or about to leave it")
    {
        public override int Code => -32503;
    }

    /// <summary>-32504: an entity is throttled or banned.</summary>
    public sealed record EntityThrottledOrBanned(Entity Entity, string Status) : Rejection($"{Entity.Title} {Entity.Address} is {Status}")
    {
        public override int Code => -32504;
    }

    /// <summary>-32505: an entity's stake or unstake delay is too low for what it does.</summary>
    public sealed record StakeTooLow(Entity Entity, UInt256 MinimumStake, uint MinimumUnstakeDelay, string Reason)
        : Rejection(Reason)
    {
        public override int Code => -32505;
    }

    /// <summary>-32506: the account names an aggregator that this node does not serve.</summary>
    public sealed record UnsupportedAggregator(Address Aggregator) : Rejection($"unsupported aggregator {Aggregator}")
    {
        public override int Code => -32506;
    }

    /// <summary>-32507: the account or the paymaster refused the signature.</summary>
    public sealed record SignatureInvalid(Entity Entity, string Reason) : Rejection(Reason)
    {
        public override int Code => -32507;
    }

    /// <summary>-32508: the paymaster's deposit cannot cover all its pending operations.</summary>
    public sealed record PaymasterDepositTooLow(Address Paymaster, UInt256 Deposit, UInt256 Required)
        : Rejection($"paymaster {Paymaster} deposit {Deposit} wei is too low, its pending operations need {Required} wei")
    {
        public override int Code => -32508;
    }

    /// <summary>-32521: the call reverted while it was estimated.</summary>
    public sealed record ExecutionReverted(string Reason, Bytes Data) : Rejection(Reason)
    {
        public override int Code => -32521;
    }

    /// <summary>-32005: a limit of this node, not of the operation: the mempool is full of operations that pay more.</summary>
    public sealed record LimitExceeded(string Reason) : Rejection(Reason)
    {
        public override int Code => -32005;
    }
}
