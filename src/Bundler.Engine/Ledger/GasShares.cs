using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Ledger;

/// <summary>Divides a sum by weights so that the parts add up to it, to the wei. Pure.</summary>
public static class GasShares
{
    /// <summary>Part i is what the sum's share of the first i+1 weights exceeds that of the first i by; without weights everybody pays alike.</summary>
    public static IReadOnlyList<UInt256> Split(UInt256 sum, IReadOnlyList<UInt256> weights)
    {
        UInt256 all = weights.Aggregate(UInt256.Zero, (total, weight) => total + weight);
        if (all.IsZero)
        {
            return weights.Count == 0 ? [] : Split(sum, [.. weights.Select(_ => UInt256.One)]);
        }

        UInt256[] parts = new UInt256[weights.Count];
        UInt256 upTo = UInt256.Zero;
        UInt256 given = UInt256.Zero;
        for (int i = 0; i < parts.Length; i++)
        {
            upTo += weights[i];
            UInt256 next = UInt256.MulDiv(sum, upTo, all);
            parts[i] = next - given;
            given = next;
        }

        return parts;
    }
}
