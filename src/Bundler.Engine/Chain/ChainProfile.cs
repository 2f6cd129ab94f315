using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Chain;

/// <summary>All that differs from chain to chain, as one record; read from <c>config/chains/*.json</c> and overridden by <c>Bundler:Chain</c>.</summary>
public sealed record ChainProfile
{
    public required string Name { get; init; }

    /// <summary>EIP-155.</summary>
    public required ulong ChainId { get; init; }

    /// <summary>The EntryPoints that may be served; which of them are is decided at start.</summary>
    public required IReadOnlyList<KnownEntryPoint> EntryPoints { get; init; }

    /// <summary>Seconds between blocks; turns what the ERC counts in blocks into time.</summary>
    public double BlockTimeSeconds { get; init; } = 1;

    /// <summary>MIN_STAKE_VALUE (ERC-7562), wei.</summary>
    public UInt256 MinStakeWei { get; init; } = (UInt256)System.Numerics.BigInteger.Pow(10, 18);

    /// <summary>MIN_UNSTAKE_DELAY (ERC-7562), seconds.</summary>
    public uint MinUnstakeDelaySeconds { get; init; } = 86_400;

    /// <summary>The most gas one transaction may have (EIP-7825; 2^24 on BSC).</summary>
    public ulong TransactionGasLimit { get; init; } = 16_777_216;

    /// <summary>The largest transaction that nodes take, in bytes.</summary>
    public int MaxTransactionBytes { get; init; } = 131_072;

    /// <summary>The least tip that block producers take, wei per gas.</summary>
    public UInt256 MinPriorityFeeWei { get; init; }

    /// <summary>How far bundles that revert may take the ledger below its peak, wei; 0: as far as it goes.</summary>
    public UInt256 RiskAllowanceWei { get; init; } = 50_000_000_000_000_000;

    /// <summary>Call data has the EIP-7623 floor.</summary>
    public bool Eip7623 { get; init; } = true;

    /// <summary>Development chain: the well-known dev key may sign.</summary>
    public bool Development { get; init; }
}

/// <summary>An EntryPoint's address and the version that speaks there.</summary>
public sealed record KnownEntryPoint(Address Address, EntryPointVersion Version);
