using Bundler.Contracts;
using Bundler.Ethereum.Primitives;

namespace Bundler.Paymaster.Setup;

/// <summary>What the chain says of a paymaster, there or not, in one moment.</summary>
public sealed record PaymasterState
{
    public required Address Address { get; init; }

    /// <summary>EIP-155.</summary>
    public required ulong ChainId { get; init; }

    /// <summary>The newest block when it was read.</summary>
    public required ulong Block { get; init; }

    /// <summary>Its time, unix seconds.</summary>
    public required ulong BlockTime { get; init; }

    /// <summary>Whether the deterministic deployer is on this chain.</summary>
    public bool HasDeployer { get; init; }

    /// <summary>keccak-256 of the code; <c>null</c>: there is none.</summary>
    public Hash32? CodeHash { get; init; }

    /// <summary>Whose code it is, immutables aside; <c>null</c>: none of ours.</summary>
    public ContractArtifact? Contract { get; init; }

    /// <summary>What it says of itself; <c>null</c>: it is none of ours.</summary>
    public PaymasterRoles? Roles { get; init; }

    /// <summary>Whether the owner has code, as a Safe has.</summary>
    public bool OwnerHasCode { get; init; }

    public required PaymasterFunds Funds { get; init; }
}
