using Bundler.Ethereum.Primitives;

namespace Bundler.Signing.Guard;

/// <summary>All that a key of the bundler may ever sign.</summary>
public sealed record SignerGuardLimits
{
    public required UInt256 ChainId { get; init; }

    public required IReadOnlyList<GuardedEntryPoint> EntryPoints { get; init; }

    /// <summary>Who may get the fees of a bundle besides the signer itself; null allows anybody.</summary>
    public IReadOnlySet<Address>? Beneficiaries { get; init; }

    /// <summary>Gas of a bundle.</summary>
    public ulong MaxBundleGas { get; init; } = 30_000_000;

    /// <summary>wei for each unit of gas, for maxFeePerGas and so for the tip.</summary>
    public required UInt256 MaxFeePerGas { get; init; }

    /// <summary>How far a nonce may lie from the account's, in both directions.</summary>
    public ulong NonceWindow { get; init; } = 16;

    /// <summary>Signatures within any minute.</summary>
    public int MaxPerMinute { get; init; } = 1_200;

    /// <summary>Authorizations (EIP-7702) in a bundle.</summary>
    public int MaxAuthorizations { get; init; } = 64;

    /// <summary>Plain transfers: profit to a treasury, top-ups of other signers. None unless configured.</summary>
    public IReadOnlyList<TransferAllowance> Transfers { get; init; } = [];

    /// <summary>The key that tops up the others and signs no bundles; null: every key does both.</summary>
    public Address? FundingSigner { get; init; }

    /// <summary>Gas of a transfer: more than 21 000, as the treasury may be a contract that logs what it receives.</summary>
    public ulong MaxTransferGas { get; init; } = 60_000;

    /// <summary>What one of the keys may sign: the funding signer no bundles, and where there is one, only it tops up.</summary>
    public SignerGuardLimits Of(Address signer) => FundingSigner is not { } funding ? this
        : signer == funding ? this with { EntryPoints = [] }
        : this with { Transfers = [.. Transfers.Where(allowance => !allowance.Payees.Contains(signer))] };
}
