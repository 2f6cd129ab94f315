using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Submission.Machine;

/// <summary>What is to be done for a bundle on its way.</summary>
public abstract record SubmissionAction
{
    /// <summary>Sign a version and store it; <see cref="SubmissionEvent.Signed"/> follows when it is durable.</summary>
    public sealed record SignAndStore(ulong Nonce, TransactionFees Fees, bool IsCancellation) : SubmissionAction;

    /// <summary>Hand a stored version to the network.</summary>
    public sealed record Send(Hash32 TransactionHash, Bytes Raw) : SubmissionAction;

    /// <summary>Ask whether one of these is mined.</summary>
    public sealed record AskReceipts(IReadOnlyList<Hash32> TransactionHashes) : SubmissionAction;

    /// <summary>Ask for the account's nonces.</summary>
    public sealed record AskNonce : SubmissionAction
    {
        public static AskNonce Instance { get; } = new();
    }

    /// <summary>Nobody uses these nonces before ours: use them up.</summary>
    public sealed record FillGap(ulong From, ulong Before) : SubmissionAction;

    public sealed record ReportOutcome(SubmissionOutcome Outcome) : SubmissionAction;

    /// <summary>The nonce is settled: none of the versions needs to be watched after a restart.</summary>
    public sealed record Close(BundleEnd End, Hash32? MinedTransaction) : SubmissionAction;

    /// <summary>The signer is free again.</summary>
    /// <param name="NonceIsUsed">A receipt proves it.</param>
    /// <param name="Rest">How long the signer should not be tried again.</param>
    public sealed record Release(bool NonceIsUsed, TimeSpan Rest) : SubmissionAction;
}
