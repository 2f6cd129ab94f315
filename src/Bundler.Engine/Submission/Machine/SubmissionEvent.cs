using Bundler.Engine.Gas;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Submission.Machine;

/// <summary>What can happen to a bundle on its way.</summary>
public abstract record SubmissionEvent
{
    /// <summary>A new bundle, with the signer and nonce it will have for its whole life.</summary>
    /// <param name="Ceiling">The most it can pay without a loss.</param>
    /// <param name="ExpiresAt">When the first of its operations expires, by the clock of the machine.</param>
    public sealed record BundleReceived(
        Guid BundleId,
        Address EntryPoint,
        IReadOnlyList<Hash32> UserOpHashes,
        Address Signer,
        ulong Nonce,
        TransactionFees Ceiling,
        FeeQuote Market,
        TimeSpan? ExpiresAt) : SubmissionEvent;

    /// <summary>A nonce that nobody uses lies before a bundle's: it is to be used up.</summary>
    public sealed record GapFound(Guid BundleId, Address EntryPoint, Address Signer, ulong Nonce, FeeQuote Market) : SubmissionEvent;

    /// <summary>A bundle of an earlier life of the node, from the store; whether any version of it was sent is unknown.</summary>
    /// <param name="Stored">Every version, in the order of signing; at least one.</param>
    /// <param name="CanSign">Its signer is still configured.</param>
    public sealed record Recovered(
        IReadOnlyList<StoredTransaction> Stored, TransactionFees Ceiling, FeeQuote Market, TimeSpan? ExpiresAt, bool CanSign) : SubmissionEvent;

    /// <summary>The transaction asked for is signed and durable.</summary>
    public sealed record Signed(SignedVersion Version) : SubmissionEvent;

    /// <summary>The key did not sign: it is down, or its guard refused.</summary>
    public sealed record SigningFailed(string Reason) : SubmissionEvent;

    /// <summary>A node has it.</summary>
    public sealed record Sent(Hash32 TransactionHash) : SubmissionEvent;

    /// <summary>A node answered that it does not take it.</summary>
    public sealed record SendRefused(Hash32 TransactionHash, SendError Refusal) : SubmissionEvent;

    /// <summary>No node answered: it may have arrived or not.</summary>
    public sealed record SendUnanswered(Hash32 TransactionHash) : SubmissionEvent;

    /// <summary>A version is mined.</summary>
    public sealed record ReceiptFound(TransactionReceipt Receipt) : SubmissionEvent;

    /// <summary>The account's nonces, seen before receipts were asked in vain.</summary>
    /// <param name="Latest">The number of its mined transactions.</param>
    /// <param name="Pending">The same with those that the node's pool holds without a gap.</param>
    public sealed record NonceObserved(ulong Latest, ulong Pending) : SubmissionEvent
    {
        /// <summary>The node told what its pool holds, and should hold what was sent.</summary>
        public bool ShowsPool { get; init; }
    }

    public sealed record HeadSeen(FeeQuote Market) : SubmissionEvent;

    /// <summary>Time passes.</summary>
    public sealed record Tick : SubmissionEvent
    {
        public static Tick Instance { get; } = new();
    }

    /// <summary>Others who pay what the coming block costs wait behind the bundle's nonce.</summary>
    public sealed record PayersWait : SubmissionEvent
    {
        public static PayersWait Instance { get; } = new();
    }

    /// <summary>An operation of the bundle has left the mempool: mined, the bundle would revert.</summary>
    public sealed record OperationsGone : SubmissionEvent
    {
        public static OperationsGone Instance { get; } = new();
    }
}
