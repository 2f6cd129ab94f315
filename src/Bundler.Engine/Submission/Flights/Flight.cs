using Bundler.Engine.Development;
using Bundler.Engine.Pool;
using Bundler.Engine.Submission.Machine;
using Bundler.Engine.Submission.Signers;
using Bundler.Engine.Telemetry;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.Transactions;
using Bundler.Signing;
using Bundler.Signing.Guard;

namespace Bundler.Engine.Submission.Flights;

/// <summary>
/// Does for one bundle what its machine decides, in order. An action that faults stays first in line and is tried again with the next step;
/// only a signature that a later decision has overtaken is left out.
/// </summary>
/// <param name="ground">What all flights share.</param>
/// <param name="lease">The signer; <c>null</c> when it is not configured any more.</param>
/// <param name="bundle">The bundle's transaction at any price; <c>null</c> when a nonce is only used up.</param>
internal sealed partial class Flight(FlightGround ground, SignerLease? lease, Transaction? bundle)
{
    private readonly List<SubmissionAction> _todo = [];
    private SignatureRequest? _signing;
    private InFlight? _last;
    private bool _asksNonce;
    private IReadOnlyList<Hash32> _asksReceipts = [];

    public SubmissionState State { get; private set; } = SubmissionState.Idle.Instance;

    public bool IsOver => State is SubmissionState.Idle && _todo.Count == 0;

    /// <summary>What the machine decided is not all done.</summary>
    public bool IsActing => _todo.Count > 0;

    public bool Asks => _asksNonce || _asksReceipts.Count > 0;

    /// <summary>Missing nonces that the machine wants filled; the board takes them.</summary>
    public SubmissionAction.FillGap? Gap { get; set; }

    public InFlight? InFlight => SubmissionMachine.Flight(State);

    /// <summary>What its first transaction depends on; <c>null</c> when it is not known.</summary>
    public TransactionConditions? Conditions { get; init; }

    /// <summary>The most gas that its bundle uses when it reverts; 0 for what is no bundle.</summary>
    public UInt256 GasAtRisk { get; init; }

    /// <summary>See <see cref="Bundling.Bundle.HasStrangers"/>.</summary>
    public bool HasStrangers { get; init; }

    /// <summary>Its operations, for their spans; empty for a bundle that was restored.</summary>
    public IReadOnlyList<MempoolEntry> Operations { get; init; } = [];

    public Address Signer => _last!.Signer;

    public ulong Nonce => _last!.Nonce;

    public Guid BundleId => _last!.BundleId;

    /// <summary>It ended before any node had a version of it: nothing uses its nonce.</summary>
    public bool LeavesNonce { get; private set; }

    /// <summary>Lets the machine decide; nothing is done yet.</summary>
    public void Feed(SubmissionEvent happened)
    {
        SubmissionStep step = ground.Machine.Step(State, happened, ground.Now);
        State = step.State;
        _last = InFlight ?? _last;
        if (State is SubmissionState.Idle)
        {
            _asksNonce = false;
            _asksReceipts = [];
            _todo.RemoveAll(action => action is SubmissionAction.SignAndStore or SubmissionAction.Send);
        }

        foreach (SubmissionAction action in step.Actions)
        {
            switch (action)
            {
                case SubmissionAction.AskReceipts ask:
                    _asksReceipts = ask.TransactionHashes;
                    break;
                case SubmissionAction.AskNonce:
                    _asksNonce = true;
                    break;
                case SubmissionAction.FillGap gap:
                    Gap = gap;
                    break;
                case SubmissionAction.Close close:
                    LeavesNonce = close.End == BundleEnd.Abandoned;
                    _todo.Add(action);
                    break;
                case SubmissionAction.SignAndStore:
                    _todo.RemoveAll(older => older is SubmissionAction.SignAndStore);
                    _todo.Add(action);
                    break;
                default:
                    _todo.Add(action);
                    break;
            }
        }
    }

    /// <summary>Begins the signature that comes next, if one does: keys behind services sign for several flights at a time.</summary>
    public void BeginSigning(CancellationToken cancellationToken)
    {
        if (_todo is [SubmissionAction.SignAndStore wanted, ..])
        {
            Begin(wanted, cancellationToken);
        }
    }

    private async Task ExecuteHeldAsync(CancellationToken cancellationToken)
    {
        while (_todo.Count > 0)
        {
            ThrowIfLost();
            if (_todo[0] is SubmissionAction.SignAndStore wanted && !await Begin(wanted, cancellationToken).IsAnsweredAsync(ground.Now, ground.Clock, cancellationToken))
            {
                return;
            }

            SubmissionEvent? next = await DoAsync(_todo[0], cancellationToken);
            _todo.RemoveAt(0);
            if (next is not null)
            {
                Feed(next);
            }
        }
    }

    /// <summary>Puts this flight's questions into a batch. The nonce comes first: a nonce that is used then has its receipt afterwards.</summary>
    public FlightQuestions Ask(EthBatch batch)
    {
        Address signer = InFlight!.Signer;
        FlightQuestions questions = new(
            this,
            _asksNonce ? batch.GetTransactionCount(signer, BlockTag.Latest) : null,
            _asksNonce ? batch.GetTransactionCount(signer, BlockTag.Pending) : null,
            [.. _asksReceipts.Select(hash => (hash, batch.GetTransactionReceipt(hash)))]);
        return questions;
    }

    public void Answer(FlightQuestions answered)
    {
        _asksNonce = false;
        _asksReceipts = [];
        if (answered.Latest is { Failed: false } told)
        {
            lease?.Signer.ObserveNonce(told.Value);
        }

        if ((answered.Receipts.Select(each => each.Answer).FirstOrDefault(answer => answer is { Failed: false, Value: not null })?.Value ?? answered.Bare) is { } receipt)
        {
            Feed(new SubmissionEvent.ReceiptFound(receipt));
        }
        else if (answered is { Latest: { Failed: false } latest, Pending: { } pending } && answered.Receipts.All(each => !each.Answer.Failed))
        {
            Feed(new SubmissionEvent.NonceObserved(latest.Value, pending.Failed ? latest.Value : pending.Value)
            {
                ShowsPool = !pending.Failed && ground.Sender.IsPublic(_last!.BundleId),
            });
        }
    }

    private async Task<SubmissionEvent?> DoAsync(SubmissionAction action, CancellationToken cancellationToken)
    {
        switch (action)
        {
            case SubmissionAction.SignAndStore wanted:
                return await SignAsync(wanted, cancellationToken);
            case SubmissionAction.Send send:
                return await SendAsync(send, cancellationToken);
            case SubmissionAction.Close close:
                FaultSwitch.Pass(FaultPoint.BeforeBundleClosed);
                await ground.Store.CloseAsync(_last!.BundleId, close.End, close.MinedTransaction, Fence, cancellationToken);
                FaultSwitch.Pass(FaultPoint.AfterBundleClosed);
                ground.Sender.Settled(_last!.BundleId, close.MinedTransaction);
                return null;
            case SubmissionAction.ReportOutcome report:
                await ground.Outcomes.WriteAsync(report.Outcome, cancellationToken);
                LogEnd(report.Outcome);
                return null;
            case SubmissionAction.Release release:
                lease?.End(release.NonceIsUsed, release.Rest);
                return null;
            default:
                throw new System.Diagnostics.UnreachableException($"{action} is not an action to be done");
        }
    }

    private SignatureRequest Begin(SubmissionAction.SignAndStore wanted, CancellationToken cancellationToken)
    {
        if (_signing is { } begun && ReferenceEquals(begun.Wanted, wanted))
        {
            return begun;
        }

        Transaction transaction = wanted.IsCancellation
            ? ground.Factory.Cancellation(_last!.Signer, wanted.Nonce, wanted.Fees)
            : TransactionFactory.Repriced(bundle!, wanted.Fees);
        FaultSwitch.Pass(FaultPoint.BeforeSigning);
        return _signing = MayRisk(wanted)
            ? SignatureRequest.Ask(wanted, lease!.Signer, transaction, ground.Now, cancellationToken)
            : SignatureRequest.TooRisky(wanted, ground.Now);
    }

    /// <summary>What only uses up a nonce ends a risk, and is never refused.</summary>
    private bool MayRisk(SubmissionAction.SignAndStore wanted) =>
        wanted.IsCancellation || GasAtRisk.IsZero || ground.Purse.TryPut(_last!.BundleId, GasAtRisk * wanted.Fees.MaxFeePerGas, HasStrangers);

    /// <summary>Takes the signature up. It is stored here and not where it was given: one that came too late leaves no trace.</summary>
    private async Task<SubmissionEvent> SignAsync(SubmissionAction.SignAndStore wanted, CancellationToken cancellationToken)
    {
        InFlight flight = _last!;
        SignatureRequest signing = _signing!;
        _signing = signing.Answer.IsCompletedSuccessfully ? signing : null;
        (SignedTransaction? signed, string? reason) = await signing.Answer;
        if (signed is null)
        {
            _signing = null;
            return new SubmissionEvent.SigningFailed(reason!);
        }

        FaultSwitch.Pass(FaultPoint.AfterSignedBeforeStored);
        Recording recorded = await ground.Store.AddAsync(
            new StoredTransaction(
                flight.BundleId,
                signed.Hash,
                flight.Signer,
                wanted.Nonce,
                flight.EntryPoint,
                wanted.IsCancellation ? [] : flight.UserOpHashes,
                signed.Raw,
                wanted.Fees.MaxFeePerGas,
                wanted.Fees.MaxPriorityFeePerGas,
                wanted.IsCancellation,
                ground.Clock.GetUtcNow())
            {
                Stake = StakeOf(wanted),
            },
            Fence,
            cancellationToken);
        _signing = null;
        if (recorded != Recording.Stored)
        {
            return new SubmissionEvent.SigningFailed(
                recorded == Recording.TooRisky ? "the purse of all nodes has no room" : "an operation of it is in another node's bundle, or has ended");
        }

        FaultSwitch.Pass(
            wanted.IsCancellation ? FaultPoint.AfterCancellationStored
            : flight.Newest is null ? FaultPoint.AfterStoredBeforeSent
            : FaultPoint.AfterReplacementStored);
        Tell(Stations.Sign, signing.Asked, signed.Hash);
        LogSigned(flight, wanted, signed.Hash);
        return new SubmissionEvent.Signed(new SignedVersion(signed.Hash, signed.Raw, wanted.Fees, wanted.IsCancellation));
    }

    private async Task<SubmissionEvent> SendAsync(SubmissionAction.Send send, CancellationToken cancellationToken)
    {
        InFlight flight = _last!;
        OutgoingTransaction outgoing = new(flight.BundleId, send.TransactionHash, send.Raw)
        {
            Fence = Fence,
            IsCancellation = flight.Newest is { IsCancellation: true },
            Conditions = flight.Versions.Count == 1 ? Conditions : null,
        };
        long since = Stations.Now;
        SendResult result = await ground.Sender.SendAsync(outgoing, cancellationToken);
        Tell(Stations.Send, since, send.TransactionHash);
        FaultSwitch.Pass(
            flight.Newest is { IsCancellation: true } ? FaultPoint.AfterCancellationSent
            : flight.Bundles <= 1 ? FaultPoint.AfterSentBeforeRecorded
            : FaultPoint.AfterReplacementSent);
        switch (result)
        {
            case SendResult.Refused { Refusal.Kind: SendErrorKind.InsufficientFunds } poor:
                ground.Logger.Unfunded(flight.Signer, send.TransactionHash, flight.BundleId, poor.Refusal.Message);
                return new SubmissionEvent.SendRefused(send.TransactionHash, poor.Refusal);
            case SendResult.Refused refused:
                if (refused.Refusal.Kind != SendErrorKind.AlreadyKnown)
                {
                    ground.Logger.Refused(send.TransactionHash, flight.BundleId, refused.Refusal.Kind, refused.Refusal.Message);
                }

                if (ground.Floor.Learn(refused.Refusal, flight.Newest!.Fees.MaxPriorityFeePerGas))
                {
                    ground.Logger.FloorRaised(ground.Floor.Tip);
                }

                return new SubmissionEvent.SendRefused(send.TransactionHash, refused.Refusal);
            case SendResult.Unanswered silent:
                ground.Logger.Unanswered(send.TransactionHash, flight.BundleId, silent.Fault);
                return new SubmissionEvent.SendUnanswered(send.TransactionHash);
            default:
                ground.Logger.Accepted(send.TransactionHash, flight.BundleId);
                return new SubmissionEvent.Sent(send.TransactionHash);
        }
    }

    private void Tell(string station, long since, Hash32 transaction) =>
        Stations.Record(station, Operations, since, new(Stations.BundleId, _last!.BundleId.ToString()), new(Stations.TransactionHash, transaction.ToString()));

    private void LogSigned(InFlight flight, SubmissionAction.SignAndStore wanted, Hash32 hash)
    {
        (UInt256 maxFee, UInt256 tip) = wanted.Fees;
        if (wanted.IsCancellation)
        {
            ground.Logger.Cancelled(hash, wanted.Nonce, flight.Signer, flight.BundleId, State is SubmissionState.Cancelling cancelling ? cancelling.Reason : "");
        }
        else if (flight.Newest is { } replaced)
        {
            ground.Logger.Replaced(replaced.Hash, hash, flight.BundleId, maxFee, tip);
        }
        else
        {
            ground.Logger.Signed(hash, flight.Signer, wanted.Nonce, flight.BundleId, flight.UserOpHashes.Count, maxFee, tip);
        }
    }

    private void LogEnd(SubmissionOutcome outcome)
    {
        switch (outcome)
        {
            case SubmissionOutcome.Mined { Receipt: { Success: true } receipt }:
                ground.Logger.Mined(outcome.BundleId, receipt.TransactionHash, receipt.BlockNumber, receipt.GasUsed);
                break;
            case SubmissionOutcome.Mined { Receipt: var receipt }:
                ground.Logger.Reverted(outcome.BundleId, receipt.TransactionHash, receipt.BlockNumber);
                break;
            case SubmissionOutcome.Abandoned abandoned:
                ground.Logger.Abandoned(outcome.BundleId, outcome.UserOpHashes.Count, abandoned.Reason);
                break;
            default:
                break;
        }
    }
}
