using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Bundling.Money;

/// <summary>How much more may be put at risk: the allowance less what is lost and at risk; strangers have half of it. Pure.</summary>
public static class RiskRoom
{
    /// <param name="allowance">wei that may be lost below the peak.</param>
    /// <param name="lost">wei below the peak.</param>
    /// <param name="stakes">What every bundle in flight has put in, and whether strangers are in it.</param>
    /// <param name="hasStrangers">Whether the next one has strangers.</param>
    public static UInt256 Of(UInt256 allowance, UInt256 lost, IReadOnlyCollection<(UInt256 Wei, bool HasStrangers)> stakes, bool hasStrangers)
    {
        UInt256 room = UInt256.SubtractToZero(allowance, lost + Sum(stakes));
        return hasStrangers ? UInt256.Min(room, UInt256.SubtractToZero(allowance / 2, lost + Sum(stakes.Where(stake => stake.HasStrangers)))) : room;
    }

    private static UInt256 Sum(IEnumerable<(UInt256 Wei, bool HasStrangers)> stakes) => stakes.Aggregate(UInt256.Zero, (sum, stake) => sum + stake.Wei);
}
