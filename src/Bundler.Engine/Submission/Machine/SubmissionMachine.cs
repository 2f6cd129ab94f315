using Bundler.Engine.Submission.Flights;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Submission.Machine;

/// <summary>
/// The whole logic of getting a bundle mined: (state, event, time) → (state, actions). Pure. A bundle keeps its nonce for life, so at most
/// one of its versions is ever mined; it ends as mined, or as abandoned once none of them can be mined any more.
/// </summary>
public sealed partial class SubmissionMachine(SubmissionPolicy policy)
{
    private static readonly IReadOnlyList<SubmissionAction> Nothing = [];

    private readonly FeeSchedule _schedule = new(policy.PriceBumpPercent);

    /// <param name="now">By a clock that never jumps.</param>
    public SubmissionStep Step(SubmissionState state, SubmissionEvent happened, TimeSpan now) => (state, happened) switch
    {
        (SubmissionState.Idle, SubmissionEvent.BundleReceived received) => Begin(received, now),
        (SubmissionState.Idle, SubmissionEvent.GapFound gap) => Begin(gap, now),
        (SubmissionState.Idle, SubmissionEvent.Recovered recovered) => Resume(recovered, now),
        (SubmissionState.Pending pending, SubmissionEvent.Tick) => TickPending(pending, now),
        (SubmissionState.Cancelling cancelling, SubmissionEvent.Tick) => TickCancelling(cancelling, now),
        (SubmissionState.Pending pending, SubmissionEvent.OperationsGone) => GiveUp(pending, "operations of it have left the mempool", now),
        (SubmissionState.Pending pending, SubmissionEvent.PayersWait) => MakeWay(pending, now),
        (SubmissionState.Pending or SubmissionState.Cancelling, SubmissionEvent.Signed signed) => Sign(state, signed.Version, now),
        (SubmissionState.Pending or SubmissionState.Cancelling, SubmissionEvent.SigningFailed failed) => Unsigned(state, failed.Reason, now),
        (SubmissionState.Pending or SubmissionState.Cancelling, SubmissionEvent.Sent sent) => Accept(state, sent.TransactionHash, now),
        (SubmissionState.Pending or SubmissionState.Cancelling, SubmissionEvent.SendRefused refused) => Refuse(state, refused, now),
        (SubmissionState.Pending or SubmissionState.Cancelling, SubmissionEvent.SendUnanswered silent) => RetryWithin(
            policy.LongestSilence, With(state, FlightOf(state).Marked(silent.TransactionHash, accepted: false)), now),
        (SubmissionState.Pending or SubmissionState.Cancelling, SubmissionEvent.ReceiptFound found) => Mine(state, found.Receipt),
        (SubmissionState.Pending or SubmissionState.Cancelling, SubmissionEvent.NonceObserved observed) => Observe(state, observed, now),
        (SubmissionState.Pending or SubmissionState.Cancelling, SubmissionEvent.HeadSeen head) => Ask(
            With(state, FlightOf(state) with { Market = head.Market }), now),
        _ => Stay(state),
    };

    /// <summary>What is on its way in this state.</summary>
    public static InFlight? Flight(SubmissionState state) => state switch
    {
        SubmissionState.Pending pending => pending.Flight,
        SubmissionState.Cancelling cancelling => cancelling.Flight,
        _ => null,
    };

    private static SubmissionStep Begin(SubmissionEvent.BundleReceived received, TimeSpan now)
    {
        InFlight flight = new()
        {
            BundleId = received.BundleId,
            EntryPoint = received.EntryPoint,
            UserOpHashes = received.UserOpHashes,
            Signer = received.Signer,
            Nonce = received.Nonce,
            Ceiling = received.Ceiling,
            Market = received.Market,
            ReceivedAt = now,
            SentAt = now,
            AskedAt = now,
            ExpiresAt = received.ExpiresAt,
        };
        return new SubmissionStep(
            new SubmissionState.Pending(flight),
            [new SubmissionAction.SignAndStore(flight.Nonce, FeeSchedule.First(flight.Market, flight.Ceiling), IsCancellation: false)]);
    }

    private SubmissionStep Begin(SubmissionEvent.GapFound gap, TimeSpan now)
    {
        TransactionFees ceiling = new(policy.MaxCancellationFee, policy.MaxCancellationFee);
        InFlight flight = new()
        {
            BundleId = gap.BundleId,
            EntryPoint = gap.EntryPoint,
            UserOpHashes = [],
            Signer = gap.Signer,
            Nonce = gap.Nonce,
            Ceiling = ceiling,
            Market = gap.Market,
            ReceivedAt = now,
            SentAt = now,
            AskedAt = now,
        };
        return new SubmissionStep(
            new SubmissionState.Cancelling(flight, "its nonce was skipped"),
            [new SubmissionAction.SignAndStore(flight.Nonce, FeeSchedule.First(gap.Market, ceiling), IsCancellation: true)]);
    }

    /// <summary>First asks whether it is mined; the newest version is sent again with the next tick.</summary>
    private static SubmissionStep Resume(SubmissionEvent.Recovered recovered, TimeSpan now)
    {
        StoredTransaction first = recovered.Stored[0];
        InFlight flight = new()
        {
            BundleId = first.BundleId,
            EntryPoint = first.EntryPoint,
            UserOpHashes = recovered.Stored.FirstOrDefault(transaction => !transaction.IsCancellation)?.UserOpHashes ?? [],
            Signer = first.Signer,
            Nonce = first.Nonce,
            Ceiling = recovered.Ceiling,
            Market = recovered.Market,
            ReceivedAt = now,
            SentAt = now,
            AskedAt = now,
            ExpiresAt = recovered.ExpiresAt,
            CanSign = recovered.CanSign,
            RetryAt = now,
            Versions =
            [
                .. recovered.Stored.Select(stored => new SignedVersion(
                    stored.TransactionHash,
                    stored.Raw,
                    new TransactionFees(stored.MaxFeePerGas, stored.MaxPriorityFeePerGas),
                    stored.IsCancellation) { MayBeOut = true }),
            ],
        };
        SubmissionState state = recovered.Stored[^1].IsCancellation
            ? new SubmissionState.Cancelling(flight, "it was being cancelled when the node stopped")
            : new SubmissionState.Pending(flight);
        return new SubmissionStep(state, [Receipts(flight), SubmissionAction.AskNonce.Instance]);
    }

    private static SubmissionStep Sign(SubmissionState state, SignedVersion version, TimeSpan now) => new(
        With(state, FlightOf(state).WithVersion(version) with { SentAt = now, RetryAt = null }),
        [new SubmissionAction.Send(version.Hash, version.Raw)]);

    /// <summary>What was never signed goes back, for another signer or a better time; what was is sent again, and signed anew when that is due.</summary>
    private SubmissionStep Unsigned(SubmissionState state, string reason, TimeSpan now) => FlightOf(state) is { Newest: null } flight
        ? Refused(flight, $"its signer did not sign: {reason}")
        : Retry(state, now);

    private static SubmissionStep Accept(SubmissionState state, Hash32 hash, TimeSpan now)
    {
        InFlight flight = FlightOf(state);
        if (flight.Versions.FirstOrDefault(version => version.Hash == hash) is not { } sent)
        {
            return Stay(state);
        }

        SubmissionState accepted = With(
            state, flight.Marked(hash, accepted: true) with { AcceptedAt = flight.AcceptedAt ?? now, RetryAt = null, Failures = 0 });
        return sent.IsAccepted || sent.IsCancellation || flight.UserOpHashes.Count == 0
            ? Stay(accepted)
            : new SubmissionStep(
                accepted,
                [
                    new SubmissionAction.ReportOutcome(
                        new SubmissionOutcome.Sent(flight.BundleId, flight.EntryPoint, flight.UserOpHashes, hash)),
                ]);
    }

    private static SubmissionStep Mine(SubmissionState state, TransactionReceipt receipt)
    {
        InFlight flight = FlightOf(state);
        SignedVersion? mined = flight.Versions.FirstOrDefault(version => version.Hash == receipt.TransactionHash);
        return mined switch
        {
            null => Stay(state),
            { IsCancellation: true } => Abandon(
                flight,
                BundleEnd.NonceTaken,
                mined.Hash,
                state is SubmissionState.Cancelling cancelling ? $"cancelled: {cancelling.Reason}" : "cancelled",
                new SubmissionAction.Release(NonceIsUsed: true, TimeSpan.Zero)),
            _ => new SubmissionStep(
                SubmissionState.Idle.Instance,
                [
                    .. flight.UserOpHashes.Count == 0
                        ? []
                        : (SubmissionAction[])
                        [
                            new SubmissionAction.ReportOutcome(
                                new SubmissionOutcome.Mined(flight.BundleId, flight.EntryPoint, flight.UserOpHashes, receipt)),
                        ],
                    new SubmissionAction.Close(receipt.Success ? BundleEnd.Mined : BundleEnd.Reverted, receipt.TransactionHash),
                    new SubmissionAction.Release(NonceIsUsed: true, TimeSpan.Zero),
                ]),
        };
    }

    /// <summary>A nonce beyond ours without a receipt: somebody else signs with our key, or the node is not of one mind with itself.</summary>
    private SubmissionStep Observe(SubmissionState state, SubmissionEvent.NonceObserved observed, TimeSpan now)
    {
        InFlight flight = FlightOf(state);
        if (observed.Latest > flight.Nonce)
        {
            TimeSpan since = flight.PassedSince ?? now;
            return !flight.MayBeOut || now - since >= policy.NonceGrace
                ? Abandon(
                    flight,
                    BundleEnd.NonceTaken,
                    null,
                    $"nonce {flight.Nonce} of {flight.Signer} was taken by another transaction",
                    new SubmissionAction.Release(NonceIsUsed: false, TimeSpan.Zero))
                : Stay(With(state, flight with { PassedSince = since, GapSince = null }));
        }

        ulong next = Math.Max(observed.Latest, observed.Pending);
        if (next >= flight.Nonce)
        {
            state = With(state, flight with { PassedSince = null, GapSince = null });
            return observed.ShowsPool && next == flight.Nonce ? BringBack(state, now) : Stay(state);
        }

        TimeSpan gapSince = flight.GapSince ?? now;
        return now - gapSince >= policy.GapGrace && flight.Nonce - next <= (ulong)policy.MaxGap
            ? new SubmissionStep(
                With(state, flight with { PassedSince = null, GapSince = now }), [new SubmissionAction.FillGap(next, flight.Nonce)])
            : Stay(With(state, flight with { PassedSince = null, GapSince = gapSince }));
    }

    /// <summary>The next free nonce is ours, although the node had taken a version: its pool has lost it, and all that is in flight behind it waits.</summary>
    private SubmissionStep BringBack(SubmissionState state, TimeSpan now)
    {
        InFlight flight = FlightOf(state);
        return flight.Newest is { IsAccepted: true } lost && flight.RetryAt is null
            && now - flight.SentAt >= policy.BringBackAfter && now - flight.BroughtBackAt >= policy.BringBackAfter
            ? new SubmissionStep(With(state, flight with { BroughtBackAt = now }), [new SubmissionAction.Send(lost.Hash, lost.Raw)])
            : Stay(state);
    }

    private SubmissionStep TickPending(SubmissionState.Pending state, TimeSpan now)
    {
        InFlight flight = state.Flight;
        return WhyOver(flight, now) is { } reason ? GiveUp(state, reason, now)
            : flight.Newest is null ? Stay(state)
            : flight.RetryAt is { } retry ? AskWhenDue(now >= retry ? SendAgain(state, now) : Stay(state), now)
            : now - flight.SentAt < policy.ReplaceAfter ? AskWhenDue(Stay(state), now)
            : AskWhenDue(Replacement(flight, now, default) is { } next ? new SubmissionStep(state, [next]) : SendAgain(state, now), now);
    }

    private SubmissionStep TickCancelling(SubmissionState.Cancelling state, TimeSpan now)
    {
        InFlight flight = state.Flight;
        return flight.Newest is null ? Stay(state)
            : flight.RetryAt is { } retry ? AskWhenDue(now >= retry ? SendAgain(state, now) : Stay(state), now)
            : now - flight.SentAt < policy.ReplaceAfter ? AskWhenDue(Stay(state), now)
            : AskWhenDue(Cancellation(flight, default) is { } next ? new SubmissionStep(state, [next]) : SendAgain(state, now), now);
    }

    /// <summary>Why it is time to give up, or <c>null</c>. Before anything is accepted only what nobody can have is given up by the clock.</summary>
    private string? WhyOver(InFlight flight, TimeSpan now) =>
        !flight.CanSign ? null
        : now >= flight.ExpiresAt ? "the validity of its operations ends"
        : flight.AcceptedAt is { } accepted && now - accepted >= policy.Deadline ? $"it was not mined within {policy.Deadline.TotalSeconds:0} s"
        : !flight.MayBeOut && now - flight.ReceivedAt >= policy.Deadline ? $"no node took it within {policy.Deadline.TotalSeconds:0} s"
        : null;

    /// <summary>What nobody can have is abandoned, the rest is cancelled.</summary>
    private SubmissionStep GiveUp(SubmissionState.Pending state, string reason, TimeSpan now)
    {
        InFlight flight = state.Flight;
        return !flight.MayBeOut
            ? Abandon(flight, BundleEnd.Abandoned, null, reason, new SubmissionAction.Release(NonceIsUsed: false, policy.RefusedRest))
            : Cancellation(flight, default) is { } cancellation
            ? new SubmissionStep(new SubmissionState.Cancelling(flight with { RetryAt = null }, reason), [cancellation])
            : AskWhenDue(Stay(state), now);
    }

    private SubmissionAction.SignAndStore? Replacement(InFlight flight, TimeSpan now, TransactionFees floor)
    {
        double urgency = flight.AcceptedAt is { } accepted ? (now - accepted) / policy.Deadline : 0;
        return flight.CanSign && flight.Newest is { } newest && flight.Bundles <= policy.MaxReplacements
            && _schedule.Next(newest.Fees, flight.Market, flight.Ceiling, urgency, floor) is { } fees
            ? new SubmissionAction.SignAndStore(flight.Nonce, fees, IsCancellation: false)
            : null;
    }

    private SubmissionAction.SignAndStore? Cancellation(InFlight flight, TransactionFees floor)
    {
        // The first one may always overtake the bundle, whatever that paid.
        UInt256 cap = flight.Cancellations == 0
            ? UInt256.Max(policy.MaxCancellationFee, _schedule.Raised(flight.Newest!.Fees).MaxFeePerGas)
            : policy.MaxCancellationFee;
        return flight.CanSign && flight.Newest is { } newest && flight.Cancellations < policy.MaxCancellations
            && _schedule.Cancelling(newest.Fees, flight.Market, cap, floor) is { } fees
            ? new SubmissionAction.SignAndStore(flight.Nonce, fees, IsCancellation: true)
            : null;
    }

    private static SubmissionStep SendAgain(SubmissionState state, TimeSpan now)
    {
        InFlight flight = FlightOf(state);
        return new SubmissionStep(
            With(state, flight with { SentAt = now, RetryAt = null }), [new SubmissionAction.Send(flight.Newest!.Hash, flight.Newest.Raw)]);
    }

    private SubmissionStep AskWhenDue(SubmissionStep step, TimeSpan now)
    {
        if (now - FlightOf(step.State).AskedAt < policy.AskAfter)
        {
            return step;
        }

        SubmissionStep ask = Ask(step.State, now);
        return new SubmissionStep(ask.State, [.. step.Actions, .. ask.Actions]);
    }

    private SubmissionStep Ask(SubmissionState state, TimeSpan now)
    {
        InFlight flight = FlightOf(state);
        if (!flight.MayBeOut)
        {
            return Stay(state);
        }

        bool nonce = now - flight.ReceivedAt >= policy.AskNonceAfter || flight.PassedSince is not null;
        return new SubmissionStep(
            With(state, flight with { AskedAt = now }),
            nonce ? [Receipts(flight), SubmissionAction.AskNonce.Instance] : [Receipts(flight)]);
    }

    private static SubmissionStep Abandon(
        InFlight flight, BundleEnd end, Hash32? mined, string reason, SubmissionAction.Release release, SendError? refusal = null)
    {
        SubmissionAction.Close close = new(end, mined);
        return new SubmissionStep(
            SubmissionState.Idle.Instance,
            flight.UserOpHashes.Count == 0
                ? [close, release]
                :
                [
                    close,
                    new SubmissionAction.ReportOutcome(
                        new SubmissionOutcome.Abandoned(flight.BundleId, flight.EntryPoint, flight.UserOpHashes, reason) { Refusal = refusal }),
                    release,
                ]);
    }

    private static SubmissionAction.AskReceipts Receipts(InFlight flight) => new([.. flight.Versions.Select(version => version.Hash)]);

    private static SubmissionStep Stay(SubmissionState state) => new(state, Nothing);

    private static InFlight FlightOf(SubmissionState state) =>
        Flight(state) ?? throw new System.Diagnostics.UnreachableException("only an active state gets here");

    private static SubmissionState With(SubmissionState state, InFlight flight) => state switch
    {
        SubmissionState.Pending => new SubmissionState.Pending(flight),
        SubmissionState.Cancelling cancelling => cancelling with { Flight = flight },
        _ => state,
    };
}
