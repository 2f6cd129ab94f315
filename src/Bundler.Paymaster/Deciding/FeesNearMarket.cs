using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;

namespace Bundler.Paymaster.Deciding;

/// <summary>Checklist row 2: whoever bundles gets the tip, so fees are paid for only as far as the market asks.</summary>
internal sealed class FeesNearMarket(int percent) : ISponsorRule
{
    public SponsorRefusal? Check(SponsorQuestion question)
    {
        UserOperation operation = question.Operation;
        return TooHigh("maxFeePerGas", operation.MaxFeePerGas, question.Fees.MaxFeePerGas)
            ?? TooHigh("maxPriorityFeePerGas", operation.MaxPriorityFeePerGas, UInt256.Max(question.Fees.MaxPriorityFeePerGas, 1));
    }

    private SponsorRefusal? TooHigh(string field, UInt256 offered, UInt256 market)
    {
        UInt256 most = UInt256.MulDiv(market, (uint)percent, 100);
        return offered <= most
            ? null
            : new SponsorRefusal(SponsorReason.PolicyRejected, field, $"{field} must be at most {most} wei, got {offered} wei") { Limit = most, Spent = offered };
    }
}
