using Bundler.Engine.Gas;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Submission.Machine;

/// <summary>
/// What to pay first, what to pay next, and what a cancellation pays. Budget and deadline make the price: it begins at the market's, rises
/// towards the ceiling as time runs out, and each step is large enough for nodes to take it in place of the last. Pure.
/// </summary>
/// <param name="bumpPercent">Nodes ask for 10 % more on both fees.</param>
public sealed class FeeSchedule(int bumpPercent)
{
    /// <summary>The market's price, within the ceiling; the base fee may double before it no longer suffices.</summary>
    public static TransactionFees First(FeeQuote market, TransactionFees ceiling)
    {
        UInt256 tip = UInt256.Min(market.SuggestedTip, ceiling.MaxPriorityFeePerGas);
        UInt256 maxFee = UInt256.Min(Comfortable(market, tip), ceiling.MaxFeePerGas);
        return new TransactionFees(maxFee, UInt256.Min(tip, maxFee));
    }

    /// <summary>As above for operations that pay whatever it takes.</summary>
    public static TransactionFees First(FeeQuote market) => First(market, new TransactionFees(UInt256.MaxValue, UInt256.MaxValue));

    /// <summary>No block takes the bundle at this price, whatever of its ceiling it offers.</summary>
    public static bool IsBeyond(FeeQuote market, TransactionFees ceiling) => market.BaseFeePerGas > ceiling.MaxFeePerGas;

    /// <summary>The least that nodes take in place of a pending transaction with these fees.</summary>
    public TransactionFees Raised(TransactionFees last) => new(Raised(last.MaxFeePerGas), Raised(last.MaxPriorityFeePerGas));

    /// <summary>The fees of the next version, or <c>null</c> when the ceiling leaves no step that nodes would take.</summary>
    /// <param name="last">The newest version's.</param>
    /// <param name="market">What the coming block costs.</param>
    /// <param name="ceiling">The most the bundle can pay without a loss.</param>
    /// <param name="urgency">The part of the time allowed that is used up, 0 to 1: so much of what is left is added.</param>
    /// <param name="floor">What a node said it wants at least.</param>
    public TransactionFees? Next(TransactionFees last, FeeQuote market, TransactionFees ceiling, double urgency, TransactionFees floor)
    {
        TransactionFees least = Raised(last);
        UInt256 wanted = UInt256.Max(market.SuggestedTip, Towards(last.MaxPriorityFeePerGas, ceiling.MaxPriorityFeePerGas, urgency));
        UInt256 tip = Max(least.MaxPriorityFeePerGas, wanted, floor.MaxPriorityFeePerGas);
        tip = UInt256.Min(tip, ceiling.MaxPriorityFeePerGas);
        UInt256 maxFee = Max(least.MaxFeePerGas, Comfortable(market, tip), floor.MaxFeePerGas);
        TransactionFees next = new(UInt256.Min(maxFee, ceiling.MaxFeePerGas), tip);
        return next.Reaches(least) && next.Reaches(floor) && next.MaxFeePerGas >= next.MaxPriorityFeePerGas ? next : null;
    }

    /// <summary>The fees of a cancellation, which must overtake whatever is pending, or <c>null</c> when that costs more than the cap.</summary>
    /// <param name="last">The newest version's.</param>
    /// <param name="market">What the coming block costs.</param>
    /// <param name="cap">The highest maxFeePerGas, wei per gas.</param>
    /// <param name="floor">What a node said it wants at least.</param>
    public TransactionFees? Cancelling(TransactionFees last, FeeQuote market, UInt256 cap, TransactionFees floor)
    {
        TransactionFees least = Raised(last);
        UInt256 tip = Max(least.MaxPriorityFeePerGas, market.SuggestedTip, floor.MaxPriorityFeePerGas);
        UInt256 maxFee = Max(least.MaxFeePerGas, Comfortable(market, tip), floor.MaxFeePerGas);
        TransactionFees next = new(UInt256.Min(maxFee, cap), UInt256.Min(tip, cap));
        return next.Reaches(least) ? next : null;
    }

    private static UInt256 Comfortable(FeeQuote market, UInt256 tip) => market.BaseFeePerGas + market.BaseFeePerGas + tip;

    private static UInt256 Towards(UInt256 from, UInt256 to, double part) =>
        from + UInt256.MulDiv(UInt256.SubtractToZero(to, from), (ulong)(Math.Clamp(part, 0, 1) * 1_000), 1_000);

    // Strictly more, also when the last was zero.
    private UInt256 Raised(UInt256 fee) => UInt256.Max(UInt256.MulDivUp(fee, (ulong)(100 + bumpPercent), 100), fee + 1);

    private static UInt256 Max(UInt256 first, UInt256 second, UInt256 third) => UInt256.Max(first, UInt256.Max(second, third));
}
