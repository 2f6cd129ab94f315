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

    /// <summary>What operations in our pool may cost it that this ledger has not granted: of another signer, or of a ledger that was lost.</summary>
    public UInt256 Ungranted { get; init; }

    /// <summary>wei of all grants together.</summary>
    public UInt256 Total => Reserved + Unseen + Seen;

    /// <summary>wei that its deposit has to bear.</summary>
    public UInt256 Owed => Total + Ungranted;
}
