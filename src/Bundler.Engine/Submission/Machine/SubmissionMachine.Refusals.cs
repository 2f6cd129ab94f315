using Bundler.Engine.Submission.Flights;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Submission.Machine;

/// <summary>What a node's refusal means for a bundle: one kind, one line.</summary>
public sealed partial class SubmissionMachine
{
    private SubmissionStep Refuse(SubmissionState state, SubmissionEvent.SendRefused refused, TimeSpan now)
    {
        if (FlightOf(state).Newest?.Hash != refused.TransactionHash)
        {
            return Stay(state);
        }

        SendError refusal = refused.Refusal;
        return refusal.Kind switch
        {
            SendErrorKind.AlreadyKnown => Accept(state, refused.TransactionHash, now),
            SendErrorKind.NonceTooLow or SendErrorKind.NonceTooHigh => AskAll(RetryBounded(state, refusal, now)),
            SendErrorKind.Underpriced or SendErrorKind.ReplacementUnderpriced => Reprice(state, refusal, now),
            SendErrorKind.TipTooLow => Reprice(state, refusal, now),
            SendErrorKind.FeeCapTooLow => Reprice(Dearer(state, refusal), refusal, now),
            SendErrorKind.InsufficientFunds => Retry(state, now),
            SendErrorKind.PoolFull => RetryAfter(state, policy.PoolFullPause, now),
            SendErrorKind.GasLimitExceeded or SendErrorKind.GasLimitTooLow or SendErrorKind.Oversized => Reject(state, refusal, now),
            SendErrorKind.TypeNotSupported or SendErrorKind.AuthorityReserved => Reject(state, refusal, now),
            SendErrorKind.Reverted or SendErrorKind.ConditionalRejected => Reject(state, refusal, now),
            _ => RetryBounded(state, refusal, now),
        };
    }

    /// <summary>Pays more at once, at least what the node states; when it cannot, whatever is pending is left to its luck.</summary>
    private SubmissionStep Reprice(SubmissionState state, SendError refusal, TimeSpan now)
    {
        InFlight flight = FlightOf(state);
        TransactionFees floor = Floor(refusal);
        SubmissionAction.SignAndStore? next = state is SubmissionState.Cancelling
            ? Cancellation(flight, floor)
            : Replacement(flight, now, floor);
        return next is not null ? new SubmissionStep(state, [next])
            : flight.MayBeOut ? Stay(With(state, flight with { SentAt = now, RetryAt = null }))
            : Refused(flight, $"it cannot pay what the node asks: {refusal.Message}");
    }

    /// <summary>The node's word on the base fee is newer than ours. One that does not say how high it is may take the next step, and nothing less.</summary>
    private SubmissionState Dearer(SubmissionState state, SendError refusal)
    {
        InFlight flight = FlightOf(state);
        UInt256 least = refusal.Minimum ?? _schedule.Raised(flight.Newest!.Fees).MaxFeePerGas;
        return With(state, flight with { Market = flight.Market with { BaseFeePerGas = UInt256.Max(least, flight.Market.BaseFeePerGas) } });
    }

    /// <summary>The node will never take the bundle as it is; the signer's next one has nothing to do with that.</summary>
    private SubmissionStep Reject(SubmissionState state, SendError refusal, TimeSpan now) =>
        !FlightOf(state).MayBeOut ? Refused(FlightOf(state), $"the node refused it: {refusal.Message}", refusal, TimeSpan.Zero)
        : state is SubmissionState.Pending pending ? GiveUp(pending, $"the node refused it: {refusal.Message}", now)
        : Retry(state, now);

    private SubmissionStep RetryBounded(SubmissionState state, SendError refusal, TimeSpan now) =>
        FlightOf(state) is { MayBeOut: false } flight && flight.Failures >= policy.MaxRetries
            ? Refused(flight, $"the node refused it {flight.Failures + 1} times: {refusal.Message}", refusal, policy.RefusedRest)
            : Retry(state, now);

    /// <summary>Sends the newest version again after a pause that doubles each time.</summary>
    private SubmissionStep Retry(SubmissionState state, TimeSpan now) => RetryWithin(policy.LongestRetry, state, now);

    private SubmissionStep RetryWithin(TimeSpan longest, SubmissionState state, TimeSpan now)
    {
        InFlight flight = FlightOf(state);
        double pause = policy.FirstRetry.TotalSeconds * Math.Pow(2, Math.Min(flight.Failures, 16));
        return RetryAfter(state, TimeSpan.FromSeconds(Math.Min(pause, longest.TotalSeconds)), now);
    }

    private static SubmissionStep RetryAfter(SubmissionState state, TimeSpan pause, TimeSpan now)
    {
        InFlight flight = FlightOf(state);
        return Stay(With(state, flight with { Failures = flight.Failures + 1, RetryAt = now + pause }));
    }

    private SubmissionStep Refused(InFlight flight, string reason) => Refused(flight, reason, null, policy.RefusedRest);

    private static SubmissionStep Refused(InFlight flight, string reason, SendError? refusal, TimeSpan rest) =>
        Abandon(flight, BundleEnd.Abandoned, null, reason, new SubmissionAction.Release(NonceIsUsed: false, rest), refusal);

    private static SubmissionStep AskAll(SubmissionStep step) => Flight(step.State) is { } flight
        ? step with { Actions = [Receipts(flight), SubmissionAction.AskNonce.Instance] }
        : step;

    private static TransactionFees Floor(SendError refusal) => (refusal.Kind, refusal.Minimum) switch
    {
        (_, null) => default,

        // The minimum is the base fee; it may rise by an eighth with the next block (EIP-1559).
        (SendErrorKind.FeeCapTooLow, { } baseFee) => new TransactionFees(baseFee + baseFee / 8, UInt256.Zero),
        (_, { } minimum) => new TransactionFees(minimum, minimum),
    };
}
