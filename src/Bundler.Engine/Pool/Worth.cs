using Bundler.Engine.Gas;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Pool;

/// <summary>
/// What an operation is worth to us: the tip that is left for each gas that it takes, where it does not surely pay for all of them. And its place in the
/// order of eviction: the lowest worth without a base fee goes first, of equals the youngest.
/// </summary>
/// <param name="Tip">wei per gas without a base fee: with one it pays as much or less.</param>
/// <param name="MaxFeePerGas">wei per gas.</param>
/// <param name="Coverage">The part of its gas that it surely pays for.</param>
/// <param name="Sequence">The order of arrival.</param>
/// <param name="UserOpHash">Whose worth it is.</param>
internal readonly record struct Worth(UInt256 Tip, UInt256 MaxFeePerGas, Coverage Coverage, long Sequence, Hash32 UserOpHash) : IComparable<Worth>
{
    public static Worth Of(MempoolEntry entry) =>
        new(Mempool.Tip(entry.Operation, UInt256.Zero), entry.Operation.MaxFeePerGas, entry.Coverage, entry.Sequence, entry.UserOpHash);

    /// <summary>The place among those that want into a block.</summary>
    public Rank At(UInt256 baseFeePerGas)
    {
        UInt256 price = baseFeePerGas + UInt256.Min(Tip, UInt256.SubtractToZero(MaxFeePerGas, baseFeePerGas));
        return new Rank(UInt256.SubtractToZero(Covered(price), baseFeePerGas), Sequence);
    }

    /// <summary>wei per gas; the most that it is worth at any base fee.</summary>
    public UInt256 WithoutBaseFee => Covered(Tip);

    public int CompareTo(Worth other)
    {
        int byTip = WithoutBaseFee.CompareTo(other.WithoutBaseFee);
        int byAge = byTip != 0 ? byTip : other.Sequence.CompareTo(Sequence);
        return byAge != 0 ? byAge : UserOpHash.CompareTo(other.UserOpHash);
    }

    private UInt256 Covered(UInt256 price) => Coverage.Permille == Coverage.Whole ? price : UInt256.MulDiv(price, Coverage.Permille, Coverage.Whole);
}

/// <summary>The order in which bundles are filled: the highest tip first, of equals whoever came first.</summary>
internal readonly record struct Rank(UInt256 Tip, long Sequence) : IComparable<Rank>
{
    /// <summary>The order turned round.</summary>
    public static Comparer<Rank> LastFirst { get; } = Comparer<Rank>.Create((x, y) => y.CompareTo(x));

    public int CompareTo(Rank other)
    {
        int byTip = other.Tip.CompareTo(Tip);
        return byTip != 0 ? byTip : Sequence.CompareTo(other.Sequence);
    }
}
