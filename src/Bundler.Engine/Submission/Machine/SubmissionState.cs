using Bundler.Engine.Submission.Flights;

namespace Bundler.Engine.Submission.Machine;

/// <summary>Where a bundle stands on its way to a block.</summary>
public abstract record SubmissionState
{
    /// <summary>Nothing is on its way: not yet, or not any more.</summary>
    public sealed record Idle : SubmissionState
    {
        public static Idle Instance { get; } = new();
    }

    /// <summary>The bundle is to be mined.</summary>
    public sealed record Pending(InFlight Flight) : SubmissionState;

    /// <summary>The nonce is to be used up by a transfer of nothing to the signer itself; an older version may still be mined instead.</summary>
    public sealed record Cancelling(InFlight Flight, string Reason) : SubmissionState;
}

/// <summary>What a <see cref="SubmissionMachine"/> makes of an event: where the bundle stands now, and what is to be done, in order.</summary>
public readonly record struct SubmissionStep(SubmissionState State, IReadOnlyList<SubmissionAction> Actions);
