using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Gas;

/// <summary>Fees for an operation, wei per gas.</summary>
public sealed record FeeLevel(UInt256 MaxFeePerGas, UInt256 MaxPriorityFeePerGas);

/// <summary>
/// What operations should offer, at three speeds. Every level is accepted now, and stays so while the base fee rises: for one block at its full
/// eighth (EIP-1559), for three, for five.
/// </summary>
public sealed record FeeSuggestion(FeeLevel Slow, FeeLevel Standard, FeeLevel Fast)
{
    /// <param name="fees">The coming block.</param>
    /// <param name="acceptBaseFeePercent">Percent of the base fee that admission asks for.</param>
    public static FeeSuggestion From(FeeQuote fees, int acceptBaseFeePercent)
    {
        UInt256 asked = UInt256.Max(UInt256.MulDiv(fees.BaseFeePerGas, (uint)acceptBaseFeePercent, 100), fees.BaseFeePerGas);
        return new FeeSuggestion(Level(115, 100), Level(150, 110), Level(200, 130));

        FeeLevel Level(uint baseFeePercent, uint tipPercent)
        {
            UInt256 tip = PercentOf(fees.SuggestedTip, tipPercent);
            return new FeeLevel(PercentOf(asked, baseFeePercent) + tip, tip);
        }
    }

    // Rounded up: a tip of 1 wei has a dearer neighbour too.
    private static UInt256 PercentOf(UInt256 amount, uint percent) => (amount * percent + 99) / 100;
}
