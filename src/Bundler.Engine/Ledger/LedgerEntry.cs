using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Ledger;

/// <summary>What a transaction of ours was for.</summary>
public enum LedgerKind
{
    /// <summary>handleOps or handleAggregatedOps.</summary>
    Bundle,

    /// <summary>A transfer of nothing that only used up a nonce: a cancelled bundle or a filled gap.</summary>
    Cancellation,

    /// <summary>A signer's funds to the treasury, or to another signer: what it moved is neither cost nor fee, only its gas is.</summary>
    Transfer,
}

/// <summary>
/// One mined transaction of one of our signers, whichever version of a bundle it was: what it cost and what it brought. It belongs to its
/// block by hash and goes with it.
/// </summary>
public sealed record LedgerEntry
{
    public required Hash32 TransactionHash { get; init; }

    public required ulong BlockNumber { get; init; }

    public required Hash32 BlockHash { get; init; }

    public required ulong TransactionIndex { get; init; }

    /// <summary>The block's.</summary>
    public required DateTimeOffset Time { get; init; }

    public required LedgerKind Kind { get; init; }

    /// <summary>False: it reverted, and the gas was paid for nothing.</summary>
    public required bool Success { get; init; }

    public required Guid BundleId { get; init; }

    public required Address Signer { get; init; }

    public required ulong Nonce { get; init; }

    /// <summary>The one it calls; of a cancellation the one whose bundle it ended, of a transfer its payee.</summary>
    public required Address EntryPoint { get; init; }

    /// <summary>Who got the fees; <c>null</c> for a cancellation or a transfer.</summary>
    public required Address? Beneficiary { get; init; }

    public required ulong GasUsed { get; init; }

    /// <summary>wei per gas.</summary>
    public required UInt256 EffectiveGasPrice { get; init; }

    /// <summary>wei: gas used at the effective price, and the rollup's data fee where there is one.</summary>
    public required UInt256 GasPaid { get; init; }

    /// <summary>wei: what the EntryPoint collected from the operations and sent to the beneficiary.</summary>
    public required UInt256 FeesReceived { get; init; }

    /// <summary>In the order of the bundle; their gas adds up to <see cref="GasPaid"/>, their fees to <see cref="FeesReceived"/>.</summary>
    public required IReadOnlyList<LedgerShare> Shares { get; init; }

    /// <summary>Why the bundle reverted, once that was asked; <c>null</c> before, and for what did not revert.</summary>
    public LedgerFault? Fault { get; init; }

    /// <summary>The chain has named the block final.</summary>
    public bool IsFinal { get; init; }

    /// <summary>wei that bought nothing: the gas of a bundle that reverted, or of a cancellation.</summary>
    public UInt256 GasLost => Success && Kind != LedgerKind.Cancellation ? UInt256.Zero : GasPaid;
}

/// <summary>An operation's part of a transaction, in wei.</summary>
/// <param name="UserOpHash">The operation.</param>
/// <param name="FeeReceived">The actualGasCost of its UserOperationEvent; nothing when the bundle reverted.</param>
/// <param name="GasPaid">Its part of the transaction's cost: by the gas it was charged for; in a bundle that reverted all of it is the guilty operation's, or everybody's alike while none is known.</param>
public sealed record LedgerShare(Hash32 UserOpHash, UInt256 FeeReceived, UInt256 GasPaid);

/// <summary>Why a bundle reverted on chain.</summary>
/// <param name="UserOpHash">The operation at fault, or <c>null</c> when none could be named.</param>
/// <param name="Entity">The address that answers for it, or <c>null</c> when nobody does.</param>
/// <param name="Reason">The EntryPoint's words.</param>
public sealed record LedgerFault(Hash32? UserOpHash, Address? Entity, string Reason);
