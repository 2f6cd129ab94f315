using Bundler.Engine.Bundling.Money;
using Bundler.Engine.Pool;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.Transactions;

namespace Bundler.Engine.Bundling;

/// <summary>Operations that passed all three validations together, ready to be signed as one transaction to the EntryPoint.</summary>
public sealed record Bundle
{
    public required Guid Id { get; init; }

    public required EntryPoint EntryPoint { get; init; }

    /// <summary>In the order of the call data.</summary>
    public required IReadOnlyList<MempoolEntry> Entries { get; init; }

    /// <summary>handleOps or handleAggregatedOps.</summary>
    public required Bytes CallData { get; init; }

    /// <summary>Gas limit of the transaction.</summary>
    public required ulong GasLimit { get; init; }

    /// <summary>The most gas that the transaction uses when it reverts.</summary>
    public required UInt256 GasAtRisk { get; init; }

    /// <summary>An operation of it has an entity without a <see cref="TrackRecord"/>.</summary>
    public required bool HasStrangers { get; init; }

    /// <summary>What the third validation saw the transaction use, in gas.</summary>
    public required ulong ExpectedGasUsed { get; init; }

    /// <summary>The gas that the EntryPoint will charge the operations' payers for, all together.</summary>
    public required ulong ExpectedGasCharged { get; init; }

    /// <summary>wei per gas beyond the base fee: the least that any operation in it pays, and no more than the whole bundle earns; a higher tip loses money.</summary>
    public required UInt256 LowestTip { get; init; }

    /// <summary>The least maxFeePerGas of its operations, wei per gas.</summary>
    public required UInt256 LowestMaxFee { get; init; }

    /// <summary>The EIP-7702 tuples of its operations, one for each sender; a type-4 transaction if there are any.</summary>
    public required IReadOnlyList<Authorization> Authorizations { get; init; }

    /// <summary>EIP-2930; mostly empty, see <see cref="BundleAccessList"/>.</summary>
    public IReadOnlyList<AccessListEntry> AccessList { get; init; } = [];

    public IEnumerable<Hash32> UserOpHashes => Entries.Select(entry => entry.UserOpHash);
}
