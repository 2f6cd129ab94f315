using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Pool;

/// <summary>
/// What an operation pays, and its place in the order of eviction: the lowest tip without a base fee goes first, of equals the youngest.
/// </summary>
/// <param name="Tip">wei per gas without a base fee: with one it pays as much or less.</param>
/// <param name="MaxFeePerGas">wei per gas.</param>
/// <param name="Sequence">The order of arrival.</param>
/// <param name="UserOpHash">Whose worth it is.</param>
internal readonly record struct Worth(UInt256 Tip, UInt256 MaxFeePerGas, long Sequence, Hash32 UserOpHash) : IComparable<Worth>
{
    public static Worth Of(MempoolEntry entry) =>
        new(Mempool.Tip(entry.Operation, UInt256.Zero), entry.Operation.MaxFeePerGas, entry.Sequence, entry.UserOpHash);

    /// <summary>The place among those that want into a block.</summary>
    public Rank At(UInt256 baseFeePerGas) => new(UInt256.Min(Tip, UInt256.SubtractToZero(MaxFeePerGas, baseFeePerGas)), Sequence);

    public int CompareTo(Worth other)
    {
        int byTip = Tip.CompareTo(other.Tip);
        int byAge = byTip != 0 ? byTip : other.Sequence.CompareTo(Sequence);
        return byAge != 0 ? byAge : UserOpHash.CompareTo(other.UserOpHash);
    }
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
