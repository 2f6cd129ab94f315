using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Ledger;

/// <summary>What one signer paid and received with one EntryPoint, or paid for transfers to one payee, over some time.</summary>
public sealed record LedgerTotal(Address Signer, Address EntryPoint)
{
    /// <summary><see cref="EntryPoint"/> is a payee: no bundle ever went there, only transfers.</summary>
    public bool IsOfTransfers => GasUsed > 0 && Bundles + Reverted + Cancellations == 0;

    /// <summary>Bundles that were mined and succeeded.</summary>
    public ulong Bundles { get; init; }

    /// <summary>Bundles that were mined and reverted.</summary>
    public ulong Reverted { get; init; }

    public ulong Cancellations { get; init; }

    /// <summary>Operations that the bundles included.</summary>
    public ulong Operations { get; init; }

    public ulong GasUsed { get; init; }

    /// <summary>wei.</summary>
    public UInt256 GasPaid { get; init; }

    /// <summary>wei of <see cref="GasPaid"/> that bought nothing: reverted bundles and cancellations.</summary>
    public UInt256 GasLost { get; init; }

    /// <summary>wei.</summary>
    public UInt256 FeesReceived { get; init; }

    public static LedgerTotal Of(LedgerEntry entry) => new(entry.Signer, entry.EntryPoint)
    {
        Bundles = entry is { Kind: LedgerKind.Bundle, Success: true } ? 1UL : 0,
        Reverted = entry is { Kind: LedgerKind.Bundle, Success: false } ? 1UL : 0,
        Cancellations = entry.Kind == LedgerKind.Cancellation ? 1UL : 0,
        Operations = entry.Success ? (ulong)entry.Shares.Count : 0,
        GasUsed = entry.GasUsed,
        GasPaid = entry.GasPaid,
        GasLost = entry.GasLost,
        FeesReceived = entry.FeesReceived,
    };

    public LedgerTotal Plus(LedgerTotal other) => this with
    {
        Bundles = Bundles + other.Bundles,
        Reverted = Reverted + other.Reverted,
        Cancellations = Cancellations + other.Cancellations,
        Operations = Operations + other.Operations,
        GasUsed = GasUsed + other.GasUsed,
        GasPaid = GasPaid + other.GasPaid,
        GasLost = GasLost + other.GasLost,
        FeesReceived = FeesReceived + other.FeesReceived,
    };

    /// <summary>A block left the chain.</summary>
    public LedgerTotal Minus(LedgerTotal other) => this with
    {
        Bundles = Bundles - other.Bundles,
        Reverted = Reverted - other.Reverted,
        Cancellations = Cancellations - other.Cancellations,
        Operations = Operations - other.Operations,
        GasUsed = GasUsed - other.GasUsed,
        GasPaid = GasPaid - other.GasPaid,
        GasLost = GasLost - other.GasLost,
        FeesReceived = FeesReceived - other.FeesReceived,
    };
}
