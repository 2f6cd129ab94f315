using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Submission;

/// <summary>What became of a bundle; read by the settlement, the one place that tells pool and reputation.</summary>
/// <param name="BundleId">The bundle.</param>
/// <param name="EntryPoint">The EntryPoint it calls.</param>
/// <param name="UserOpHashes">Its operations.</param>
public abstract record SubmissionOutcome(Guid BundleId, Address EntryPoint, IReadOnlyList<Hash32> UserOpHashes)
{
    /// <summary>A transaction of it was handed to the network; said again for each replacement.</summary>
    public sealed record Sent(Guid BundleId, Address EntryPoint, IReadOnlyList<Hash32> UserOpHashes, Hash32 TransactionHash)
        : SubmissionOutcome(BundleId, EntryPoint, UserOpHashes);

    /// <summary>A transaction of it was mined; it may have reverted (status in the receipt).</summary>
    public sealed record Mined(Guid BundleId, Address EntryPoint, IReadOnlyList<Hash32> UserOpHashes, TransactionReceipt Receipt)
        : SubmissionOutcome(BundleId, EntryPoint, UserOpHashes);

    /// <summary>It will never be mined: cancelled, its nonce was taken by another transaction, or no node took it. The operations go back.</summary>
    public sealed record Abandoned(Guid BundleId, Address EntryPoint, IReadOnlyList<Hash32> UserOpHashes, string Reason)
        : SubmissionOutcome(BundleId, EntryPoint, UserOpHashes)
    {
        /// <summary>The node's answer, when that was the reason.</summary>
        public SendError? Refusal { get; init; }
    }
}
