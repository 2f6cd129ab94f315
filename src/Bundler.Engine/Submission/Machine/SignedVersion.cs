using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Submission.Machine;

/// <summary>One of the transactions signed for a nonce: the bundle at some price, or its cancellation.</summary>
public sealed record SignedVersion(Hash32 Hash, Bytes Raw, TransactionFees Fees, bool IsCancellation)
{
    /// <summary>Some node may have it: it was accepted, or nobody answered. Never taken back.</summary>
    public bool MayBeOut { get; init; }

    /// <summary>A node said that it has it.</summary>
    public bool IsAccepted { get; init; }
}
