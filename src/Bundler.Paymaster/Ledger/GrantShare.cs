using Bundler.Ethereum.Primitives;

namespace Bundler.Paymaster.Ledger;

/// <summary>What one grant adds to the sums that limits look at.</summary>
/// <param name="Wei">wei: reserved, or paid.</param>
/// <param name="Count">1 or 0 operations.</param>
public readonly record struct GrantShare(UInt256 Wei, ulong Count)
{
    /// <summary>Adds nothing.</summary>
    public static GrantShare None => new(UInt256.Zero, 0);

    /// <summary>Both together.</summary>
    public GrantShare Plus(GrantShare other) => new(Wei + other.Wei, Count + other.Count);

    /// <summary>Without a part of it, and never less than nothing.</summary>
    public GrantShare Minus(GrantShare part) => new(UInt256.SubtractToZero(Wei, part.Wei), Count > part.Count ? Count - part.Count : 0);
}
