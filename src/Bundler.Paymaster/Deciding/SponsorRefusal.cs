using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;

namespace Bundler.Paymaster.Deciding;

/// <summary>An operation that is not paid for, and why.</summary>
/// <param name="Reason">In the words of ERC-8168.</param>
/// <param name="Rule">Which rule or limit it was.</param>
/// <param name="Message">One sentence for the caller.</param>
public sealed record SponsorRefusal(SponsorReason Reason, string Rule, string Message)
{
    /// <summary>The most that is allowed: wei, gas or a number of operations, as the message says.</summary>
    public UInt256? Limit { get; init; }

    /// <summary>How much of it is used; of an operation alone, what it would take.</summary>
    public UInt256? Spent { get; init; }

    /// <summary>When there is room again.</summary>
    public DateTimeOffset? ResetsAt { get; init; }

    /// <summary>Our own pool would refuse the operation, and why: that is the answer then.</summary>
    public Rejection? OfThePool { get; init; }

    /// <summary>What else would work: to ask again later, or to pay oneself.</summary>
    public IReadOnlyList<string> Alternatives => OfThePool is not null ? []
        : Reason is SponsorReason.BudgetExhausted or SponsorReason.SenderLimitReached or SponsorReason.TemporarilyUnavailable ? ["later", "self"]
        : ["self"];

    /// <summary>What our own pool would answer.</summary>
    public static SponsorRefusal Of(Rejection rejection) =>
        new(SponsorReason.PolicyRejected, "pool", $"the node itself would not take the operation: {rejection.Message}") { OfThePool = rejection };
}
