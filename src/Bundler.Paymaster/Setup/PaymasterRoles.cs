using Bundler.Ethereum.Primitives;

namespace Bundler.Paymaster.Setup;

/// <summary>What a contract of ours says of itself.</summary>
public sealed record PaymasterRoles
{
    /// <summary>An immutable.</summary>
    public required Address EntryPoint { get; init; }

    public required Address Owner { get; init; }

    /// <summary>To whom the ownership is offered; the zero address: nobody.</summary>
    public Address PendingOwner { get; init; }

    /// <summary>The zero address in the immutable flavour.</summary>
    public Address Manager { get; init; }

    /// <summary>Those that are known: asked for by name, or found in the contract's events.</summary>
    public required IReadOnlyList<Address> Signers { get; init; }

    /// <summary>All that there are.</summary>
    public required int SignerCount { get; init; }

    /// <summary>Offered, and not taken in yet; the zero address: nobody.</summary>
    public Address OfferedSigner { get; init; }

    /// <summary>wei.</summary>
    public required UInt256 MaxCostPerOperation { get; init; }

    public bool Paused { get; init; }
}
