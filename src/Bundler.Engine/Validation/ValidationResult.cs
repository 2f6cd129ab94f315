using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Validation;

/// <summary>What the validation of an operation that passed has shown; kept with the operation while it is pending.</summary>
public sealed record ValidationResult
{
    /// <summary>The block on whose state it was validated.</summary>
    public required Hash32 BlockHash { get; init; }

    /// <summary>Account and paymaster window, intersected; seconds.</summary>
    public required ValidityWindow Window { get; init; }

    /// <summary>The part of the window that is given in block numbers (EntryPoint v0.9), if any.</summary>
    public ValidityWindow? BlockWindow { get; init; }

    /// <summary>The paymaster's own window ends first: when it is over, the account is not the one who let it end.</summary>
    public bool EndsByPaymaster { get; init; }

    public Address? Aggregator { get; init; }

    /// <summary>With an aggregator: what it leaves in the place of the operation's own signature.</summary>
    public Bytes SignatureInGroup { get; init; }

    /// <summary>What the payer must have, in wei.</summary>
    public UInt256 Prefund { get; init; }

    /// <summary>Gas that deployment and account validation used.</summary>
    public ulong VerificationGasUsed { get; init; }

    /// <summary>Gas that the paymaster's validation used.</summary>
    public ulong PaymasterVerificationGasUsed { get; init; }

    /// <summary>Bytes of context that the paymaster returned (EREP-055, LIM-020, LIM-050).</summary>
    public int ContextLength { get; init; }

    /// <summary>The stake of every entity, as read with the validation.</summary>
    public IReadOnlyDictionary<Address, StakeInfo> Stakes { get; init; } = CompactMap<Address, StakeInfo>.Empty;

    /// <summary>Contract → slots that validation read or wrote outside the EntryPoint, for storage conflicts and STO-041 of bundles.</summary>
    public IReadOnlyDictionary<Address, IReadOnlySet<Hash32>> AccessedSlots { get; init; } = CompactMap<Address, IReadOnlySet<Hash32>>.Empty;

    /// <summary>The slots among <see cref="AccessedSlots"/> that validation wrote.</summary>
    public IReadOnlyDictionary<Address, IReadOnlySet<Hash32>> WrittenSlots { get; init; } = CompactMap<Address, IReadOnlySet<Hash32>>.Empty;

    /// <summary>Every storage value the validation depended on: while none has changed, a second validation must come out the same.</summary>
    public IReadOnlyDictionary<(Address Contract, Hash32 Slot), Hash32> ReadValues { get; init; } = CompactMap<(Address, Hash32), Hash32>.Empty;

    /// <summary>What the account paid to the EntryPoint out of its own balance, in wei: less than that, and validation would come out otherwise.</summary>
    public UInt256 PaidFromBalance { get; init; }

    /// <summary>A staked entity looked at balances (OP-080): unchanged storage does not prove an unchanged outcome.</summary>
    public bool DependsOnBalances { get; init; }

    /// <summary>EXTCODEHASH of every visited address (COD-010).</summary>
    public IReadOnlyDictionary<Address, Hash32> CodeHashes { get; init; } = CompactMap<Address, Hash32>.Empty;
}
