using Bundler.Ethereum.Primitives;

namespace Bundler.Paymaster.Ledger;

/// <summary>What the living grants of one paymaster may still cost it, in wei by how far they are.</summary>
/// <param name="Reserved">Not signed yet.</param>
/// <param name="Unseen">Signed, and not known to any pool of ours.</param>
/// <param name="Seen">In our pool.</param>
public sealed record GrantLiability(UInt256 Reserved, UInt256 Unseen, UInt256 Seen)
{
    /// <summary>No grant lives.</summary>
    public static GrantLiability None { get; } = new(UInt256.Zero, UInt256.Zero, UInt256.Zero);

    /// <summary>wei of all together.</summary>
    public UInt256 Total => Reserved + Unseen + Seen;
}
