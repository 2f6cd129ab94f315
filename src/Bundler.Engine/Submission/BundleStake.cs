using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Submission;

/// <summary>What a version of a bundle puts at risk, to be decided across all nodes where it is stored.</summary>
/// <param name="Wei">What it costs if it reverts.</param>
/// <param name="HasStrangers">Some of its operations are of entities without a record.</param>
/// <param name="Allowance">What all bundles together may lose below the peak of the ledger.</param>
public sealed record BundleStake(UInt256 Wei, bool HasStrangers, UInt256 Allowance);

/// <summary>What became of a signed transaction that was to be stored.</summary>
public enum Recording
{
    /// <summary>It is durable, and may be sent.</summary>
    Stored,

    /// <summary>Nothing is stored: an operation of the bundle is in another one, or has ended.</summary>
    OperationTaken,

    /// <summary>Nothing is stored: with what is at risk already, it might cost more than is allowed.</summary>
    TooRisky,
}
