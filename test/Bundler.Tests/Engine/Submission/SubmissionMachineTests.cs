using Bundler.Engine.Submission;
using Bundler.Ethereum.Primitives;

namespace Bundler.Tests.Engine.Submission;

public sealed class SubmissionMachineTests
{
    private Flights _flights = new();

    [SetUp]
    public void Begin() => _flights = new Flights();

    [Test]
    public void A_bundle_is_signed_and_stored_before_it_is_sent()
    {
        IReadOnlyList<SubmissionAction> received = _flights.Step(Flights.Bundle());
        IReadOnlyList<SubmissionAction> signed = _flights.Signs(received[0]);

        Assert.That(received, Is.EqualTo(new SubmissionAction[] { new SubmissionAction.SignAndStore(7, new TransactionFees(210, 10), IsCancellation: false) }));
        Assert.That(signed, Is.EqualTo(new SubmissionAction[] { new SubmissionAction.Send(_flights.Newest, _flights.Flight.Newest!.Raw) }));
    }

    [Test]
    public void Its_acceptance_is_reported_once()
    {
        _flights.Sending();
        SubmissionEvent sent = new SubmissionEvent.Sent(_flights.Newest);

        IReadOnlyList<SubmissionAction> first = _flights.Step(sent);
        IReadOnlyList<SubmissionAction> second = _flights.Step(sent);

        Assert.That(first.Single(), Is.InstanceOf<SubmissionAction.ReportOutcome>().With.Property("Outcome").InstanceOf<SubmissionOutcome.Sent>());
        Assert.That(second, Is.Empty);
    }

    [Test]
    public void Already_known_is_acceptance() =>
        Assert.That(_flights.Sending().Refused("already known").Single(), Is.InstanceOf<SubmissionAction.ReportOutcome>());

    [TestCase(true, BundleEnd.Mined)]
    [TestCase(false, BundleEnd.Reverted)]
    public void A_receipt_ends_it_as_mined_whether_or_not_it_reverted(bool success, BundleEnd end)
    {
        Hash32 hash = _flights.Accepted().Newest;

        IReadOnlyList<SubmissionAction> actions = _flights.Step(new SubmissionEvent.ReceiptFound(Flights.Receipt(hash, success)));

        Assert.That(Outcome(actions), Is.InstanceOf<SubmissionOutcome.Mined>().With.Property("Receipt").Property("Success").EqualTo(success));
        Assert.That(actions[^1], Is.EqualTo(new SubmissionAction.Release(NonceIsUsed: true, TimeSpan.Zero)));
        Assert.That(actions, Has.One.EqualTo(new SubmissionAction.Close(end, hash)));
        Assert.That(_flights.State, Is.EqualTo(SubmissionState.Idle.Instance));
    }

    [TestCase(true, BundleEnd.Mined)]
    [TestCase(false, BundleEnd.Reverted)]
    public void A_transfer_goes_the_same_way_and_nobody_is_told_of_operations(bool success, BundleEnd end)
    {
        _flights.Sending(Flights.Bundle() with { UserOpHashes = [] });
        IReadOnlyList<SubmissionAction> accepted = _flights.Step(new SubmissionEvent.Sent(_flights.Newest));
        IReadOnlyList<SubmissionAction> mined = _flights.Step(new SubmissionEvent.ReceiptFound(Flights.Receipt(_flights.Newest, success)));

        Assert.That(accepted, Is.Empty);
        Assert.That(mined[0], Is.InstanceOf<SubmissionAction.Close>().With.Property(nameof(SubmissionAction.Close.End)).EqualTo(end));
        Assert.That(mined[1], Is.EqualTo(new SubmissionAction.Release(NonceIsUsed: true, TimeSpan.Zero)));
    }

    [Test]
    public void What_was_never_signed_goes_back_and_its_signer_rests()
    {
        _flights.Step(Flights.Bundle());

        IReadOnlyList<SubmissionAction> actions = _flights.Step(new SubmissionEvent.SigningFailed("the key is disabled"));

        Assert.That(Outcome(actions), Is.InstanceOf<SubmissionOutcome.Abandoned>().With.Property("Reason").Contain("the key is disabled"));
        Assert.That(actions, Has.None.InstanceOf<SubmissionAction.Send>());
        Assert.That(_flights.State, Is.EqualTo(SubmissionState.Idle.Instance));
    }

    [Test]
    public void A_replacement_that_is_not_signed_leaves_the_bundle_where_it_is_and_is_asked_for_again()
    {
        Hash32 first = _flights.Accepted().Newest;
        Assert.That(_flights.Ticks(5).OfType<SubmissionAction.SignAndStore>(), Is.Not.Empty);

        Assert.That(_flights.Step(new SubmissionEvent.SigningFailed("no answer")), Is.Empty);
        IReadOnlyList<SubmissionAction> later = [.. _flights.Ticks(1), .. _flights.Ticks(6)];

        Assert.That(later.OfType<SubmissionAction.Send>().Select(send => send.TransactionHash).Distinct(), Is.EqualTo(new[] { first }));
        Assert.That(later.OfType<SubmissionAction.SignAndStore>(), Is.Not.Empty);
    }

    [Test]
    public void An_older_version_that_is_mined_counts_as_well()
    {
        Hash32 first = _flights.Accepted().Newest;
        Accept(_flights.Signs(_flights.Ticks(5)[0]));

        IReadOnlyList<SubmissionAction> actions = _flights.Step(new SubmissionEvent.ReceiptFound(Flights.Receipt(first)));

        Assert.That(Outcome(actions), Is.InstanceOf<SubmissionOutcome.Mined>());
    }

    [Test]
    public void A_receipt_of_something_else_is_ignored()
    {
        SubmissionState before = _flights.Accepted().State;

        Assert.That(_flights.Step(new SubmissionEvent.ReceiptFound(Flights.Receipt(Flights.HashOf(99)))), Is.Empty);
        Assert.That(_flights.State, Is.EqualTo(before));
    }

    [Test]
    public void Every_head_asks_for_the_receipts_of_all_versions_and_later_for_the_nonce()
    {
        Hash32 first = _flights.Accepted().Newest;
        IReadOnlyList<SubmissionAction> soon = _flights.Step(new SubmissionEvent.HeadSeen(Flights.Market));
        Accept(_flights.Signs(_flights.Ticks(5).OfType<SubmissionAction.SignAndStore>().Single()));
        IReadOnlyList<SubmissionAction> later = _flights.Step(new SubmissionEvent.HeadSeen(Flights.Market));

        Assert.That(((SubmissionAction.AskReceipts)soon.Single()).TransactionHashes, Is.EqualTo(new[] { first }));
        Assert.That(((SubmissionAction.AskReceipts)later[0]).TransactionHashes, Is.EqualTo(new[] { first, _flights.Newest }));
        Assert.That(later[1], Is.InstanceOf<SubmissionAction.AskNonce>());
    }

    [Test]
    public void Without_heads_it_asks_by_the_clock()
    {
        _flights.Accepted();

        Assert.That(_flights.Ticks(1), Is.Empty);
        Assert.That(_flights.Ticks(1), Has.One.InstanceOf<SubmissionAction.AskReceipts>());
        Assert.That(_flights.Ticks(1), Is.Empty);
    }

    [Test]
    public void A_version_that_is_not_mined_in_time_is_replaced_by_one_that_pays_more()
    {
        _flights.Accepted();

        Assert.That(_flights.Ticks(4.9).OfType<SubmissionAction.SignAndStore>(), Is.Empty);
        SubmissionAction.SignAndStore next = _flights.Ticks(0.1).OfType<SubmissionAction.SignAndStore>().Single();

        Assert.That(next.Nonce, Is.EqualTo(Flights.Nonce));
        Assert.That(next.Fees.Reaches(new TransactionFees(236, 12)), Is.True);
        Assert.That(Flights.Ceiling.Reaches(next.Fees), Is.True);
    }

    [Test]
    public void When_the_price_cannot_rise_the_same_version_is_sent_again()
    {
        _flights.Accepted(Flights.Bundle(ceiling: new TransactionFees(210, 10)));

        IReadOnlyList<SubmissionAction> actions = _flights.Ticks(5);

        Assert.That(actions, Has.One.InstanceOf<SubmissionAction.Send>());
        Assert.That(actions, Has.None.InstanceOf<SubmissionAction.SignAndStore>());
        Assert.That(_flights.Ticks(1).OfType<SubmissionAction.Send>(), Is.Empty, "not at every tick");
    }

    [Test]
    public void Replacements_are_bounded()
    {
        Flights flights = new(Flights.Policy with { MaxReplacements = 2, Deadline = TimeSpan.FromHours(1) });
        flights.Accepted();
        for (int i = 0; i < 20; i++)
        {
            foreach (SubmissionAction.SignAndStore wanted in flights.Ticks(5).OfType<SubmissionAction.SignAndStore>())
            {
                flights.Signs(wanted);
                flights.Step(new SubmissionEvent.Sent(flights.Newest));
            }
        }

        Assert.That(flights.Flight.Versions, Has.Count.EqualTo(3));
    }

    [Test]
    public void After_the_deadline_it_is_cancelled_with_the_same_nonce()
    {
        _flights.Accepted(Flights.Bundle(ceiling: new TransactionFees(210, 10)));

        SubmissionAction.SignAndStore cancellation = _flights.Ticks(60).OfType<SubmissionAction.SignAndStore>().Single();

        Assert.That(cancellation, Is.EqualTo(new SubmissionAction.SignAndStore(7, new TransactionFees(236, 12), IsCancellation: true)));
        Assert.That(_flights.State, Is.InstanceOf<SubmissionState.Cancelling>());
    }

    [Test]
    public void When_its_operations_expire_it_is_cancelled_before_the_deadline()
    {
        _flights.Accepted(Flights.Bundle(expiresAt: _flights.Now + TimeSpan.FromSeconds(3)));

        Assert.That(_flights.Ticks(3).OfType<SubmissionAction.SignAndStore>().Single().IsCancellation, Is.True);
    }

    [Test]
    public void When_its_operations_are_gone_it_is_cancelled() =>
        Assert.That(
            ((SubmissionAction.SignAndStore)_flights.Accepted().Step(SubmissionEvent.OperationsGone.Instance).Single()).IsCancellation, Is.True);

    [Test]
    public void What_no_node_ever_had_is_abandoned_without_a_cancellation()
    {
        _flights.Sending().Refused("insufficient funds for gas * price + value");

        IReadOnlyList<SubmissionAction> actions = _flights.Step(SubmissionEvent.OperationsGone.Instance);

        Assert.That(actions[0], Is.EqualTo(new SubmissionAction.Close(BundleEnd.Abandoned, null)));
        Assert.That(Outcome(actions), Is.InstanceOf<SubmissionOutcome.Abandoned>());
    }

    [Test]
    public void What_could_not_even_be_signed_is_abandoned_at_the_deadline()
    {
        _flights.Step(Flights.Bundle());

        Assert.That(_flights.Ticks(59), Is.Empty);
        Assert.That(Outcome(_flights.Ticks(1)), Is.InstanceOf<SubmissionOutcome.Abandoned>());
    }

    [Test]
    public void What_may_have_arrived_is_cancelled_not_abandoned()
    {
        _flights.Sending().Step(new SubmissionEvent.SendUnanswered(_flights.Newest));

        Assert.That(((SubmissionAction.SignAndStore)_flights.Step(SubmissionEvent.OperationsGone.Instance).Single()).IsCancellation, Is.True);
    }

    [Test]
    public void A_mined_cancellation_gives_the_operations_back()
    {
        Cancelling();

        IReadOnlyList<SubmissionAction> actions = _flights.Step(new SubmissionEvent.ReceiptFound(Flights.Receipt(_flights.Newest)));

        Assert.That(actions[0], Is.EqualTo(new SubmissionAction.Close(BundleEnd.NonceTaken, Flights.HashOf(2))));
        Assert.That(Outcome(actions), Is.EqualTo(new SubmissionOutcome.Abandoned(
            Guid.Empty, Flights.EntryPoint, Flights.Operations, "cancelled: operations of it have left the mempool")));
        Assert.That(actions[^1], Is.EqualTo(new SubmissionAction.Release(NonceIsUsed: true, TimeSpan.Zero)));
    }

    [Test]
    public void A_bundle_that_is_mined_in_spite_of_its_cancellation_is_mined()
    {
        Hash32 bundle = _flights.Accepted().Newest;
        _flights.Signs(_flights.Step(SubmissionEvent.OperationsGone.Instance)[0]);

        Assert.That(Outcome(_flights.Step(new SubmissionEvent.ReceiptFound(Flights.Receipt(bundle)))), Is.InstanceOf<SubmissionOutcome.Mined>());
    }

    [Test]
    public void A_cancellation_is_raised_a_bounded_number_of_times_and_then_sent_again()
    {
        Cancelling();
        List<TransactionFees> fees = [_flights.Flight.Newest!.Fees];
        IReadOnlyList<SubmissionAction> actions = [];
        for (int i = 0; i < 10; i++)
        {
            actions = _flights.Ticks(5);
            foreach (SubmissionAction.SignAndStore wanted in actions.OfType<SubmissionAction.SignAndStore>())
            {
                fees.Add(wanted.Fees);
                _flights.Signs(wanted);
                _flights.Step(new SubmissionEvent.Sent(_flights.Newest));
            }
        }

        Assert.That(fees, Has.Count.EqualTo(Flights.Policy.MaxCancellations));
        Assert.That(fees.Select(fee => fee.MaxFeePerGas), Is.Ordered.Ascending);
        Assert.That(actions, Has.One.InstanceOf<SubmissionAction.Send>());
        Assert.That(_flights.State, Is.InstanceOf<SubmissionState.Cancelling>());
    }

    [Test]
    public void A_nonce_that_somebody_else_took_is_believed_after_the_grace()
    {
        _flights.Accepted();
        SubmissionEvent passed = new SubmissionEvent.NonceObserved(8, 8);

        Assert.That(_flights.Step(passed), Is.Empty);
        Assert.That(_flights.Passes(3.9).Step(passed), Is.Empty);
        IReadOnlyList<SubmissionAction> actions = _flights.Passes(0.1).Step(passed);

        Assert.That(actions[0], Is.EqualTo(new SubmissionAction.Close(BundleEnd.NonceTaken, null)));
        Assert.That(Outcome(actions), Is.InstanceOf<SubmissionOutcome.Abandoned>());
        Assert.That(actions[^1], Is.EqualTo(new SubmissionAction.Release(NonceIsUsed: false, TimeSpan.Zero)));
    }

    [Test]
    public void A_node_that_takes_its_nonce_back_begins_the_grace_anew()
    {
        _flights.Accepted();
        _flights.Step(new SubmissionEvent.NonceObserved(8, 8));
        _flights.Passes(3).Step(new SubmissionEvent.NonceObserved(7, 8));

        Assert.That(_flights.Passes(3).Step(new SubmissionEvent.NonceObserved(8, 8)), Is.Empty);
    }

    [Test]
    public void A_nonce_too_low_asks_and_is_believed_at_once_when_nothing_of_ours_is_out()
    {
        IReadOnlyList<SubmissionAction> refused = _flights.Sending().Refused("nonce too low: next nonce 8, tx nonce 7");
        IReadOnlyList<SubmissionAction> observed = _flights.Step(new SubmissionEvent.NonceObserved(8, 8));

        Assert.That(refused, Has.One.InstanceOf<SubmissionAction.AskReceipts>().And.One.InstanceOf<SubmissionAction.AskNonce>());
        Assert.That(observed[0], Is.EqualTo(new SubmissionAction.Close(BundleEnd.NonceTaken, null)));
    }

    [Test]
    public void A_gap_before_the_nonce_is_filled_after_the_grace()
    {
        _flights.Accepted();
        SubmissionEvent gap = new SubmissionEvent.NonceObserved(4, 5);

        Assert.That(_flights.Step(gap), Is.Empty);
        Assert.That(_flights.Passes(4).Step(gap), Is.EqualTo(new SubmissionAction[] { new SubmissionAction.FillGap(5, 7) }));
        Assert.That(_flights.Passes(1).Step(gap), Is.Empty, "not at every observation");
    }

    [TestCase(7UL, 7UL)]
    [TestCase(5UL, 7UL)]
    [TestCase(5UL, 8UL)]
    public void No_gap_is_seen_where_pending_transactions_fill_it(ulong latest, ulong pending)
    {
        _flights.Accepted();
        _flights.Step(new SubmissionEvent.NonceObserved(latest, pending));

        Assert.That(_flights.Passes(10).Step(new SubmissionEvent.NonceObserved(latest, pending)), Is.Empty);
    }

    [Test]
    public void A_skipped_nonce_is_used_up_without_any_outcome()
    {
        SubmissionAction wanted = _flights.Step(new SubmissionEvent.GapFound(Guid.Empty, Flights.EntryPoint, Flights.Signer, 5, Flights.Market)).Single();
        _flights.Signs(wanted);

        IReadOnlyList<SubmissionAction> actions = _flights.Step(new SubmissionEvent.ReceiptFound(Flights.Receipt(_flights.Newest)));

        Assert.That(wanted, Is.EqualTo(new SubmissionAction.SignAndStore(5, new TransactionFees(210, 10), IsCancellation: true)));
        Assert.That(actions, Has.Count.EqualTo(2).And.None.InstanceOf<SubmissionAction.ReportOutcome>());
    }

    [TestCase("replacement transaction underpriced")]
    [TestCase("transaction underpriced")]
    [TestCase("max fee per gas less than block base fee")]
    public void An_underpriced_version_is_replaced_at_once(string message)
    {
        SubmissionAction.SignAndStore next = (SubmissionAction.SignAndStore)_flights.Sending().Refused(message).Single();

        Assert.That(next.Fees.Reaches(new TransactionFees(236, 12)), Is.True);
    }

    [Test]
    public void A_stated_minimum_is_paid_at_once()
    {
        SubmissionAction.SignAndStore next =
            (SubmissionAction.SignAndStore)_flights.Sending().Refused("transaction gas price below minimum: gas tip cap 10, minimum needed 77").Single();

        Assert.That(next.Fees.MaxPriorityFeePerGas, Is.EqualTo((UInt256)77));
    }

    [Test]
    public void A_price_the_bundle_cannot_pay_ends_it_at_once_and_the_signer_rests()
    {
        IReadOnlyList<SubmissionAction> actions =
            _flights.Sending().Refused("transaction gas price below minimum: gas tip cap 10, minimum needed 1000");

        Assert.That(Outcome(actions), Is.InstanceOf<SubmissionOutcome.Abandoned>().With.Property("Reason").Contains("minimum needed 1000"));
        Assert.That(actions[^1], Is.EqualTo(new SubmissionAction.Release(NonceIsUsed: false, Flights.Policy.RefusedRest)));
    }

    [Test]
    public void An_underpriced_replacement_that_cannot_rise_leaves_the_older_version_to_its_luck()
    {
        _flights.Accepted();
        _flights.Signs(_flights.Ticks(5)[0]);

        IReadOnlyList<SubmissionAction> actions = _flights.Refused("transaction underpriced: gas tip cap 10, minimum needed 1000");

        Assert.That(actions, Is.Empty);
        Assert.That(_flights.State, Is.InstanceOf<SubmissionState.Pending>());
    }

    [Test]
    public void Insufficient_funds_are_waited_for_with_growing_pauses()
    {
        _flights.Sending();
        List<double> pauses = [];
        for (int i = 0; i < 8; i++)
        {
            _flights.Refused("insufficient funds for gas * price + value");
            pauses.Add((_flights.Flight.RetryAt!.Value - _flights.Now).TotalSeconds);
            if (i < 5)
            {
                Assert.That(_flights.Ticks(pauses[^1]), Has.One.InstanceOf<SubmissionAction.Send>());
            }
        }

        Assert.That(pauses, Is.EqualTo(new[] { 0.5, 1, 2, 4, 8, 15, 15, 15 }));
    }

    [Test]
    public void Insufficient_funds_until_the_deadline_give_the_operations_back()
    {
        _flights.Sending().Refused("insufficient funds for gas * price + value");

        Assert.That(Outcome(_flights.Ticks(60)), Is.InstanceOf<SubmissionOutcome.Abandoned>());
    }

    [TestCase("exceeds block gas limit")]
    [TestCase("transaction gas limit too high (cap: 16777216, tx: 20000000)")]
    [TestCase("oversized data: transaction size 200000, limit 131072")]
    [TestCase("execution reverted: AA25")]
    [TestCase("storage slot value condition not met")]
    public void A_bundle_that_no_node_can_take_is_abandoned_with_the_reason(string message) =>
        Assert.That(
            Outcome(_flights.Sending().Refused(message)),
            Is.InstanceOf<SubmissionOutcome.Abandoned>().With.Property("Reason").EqualTo($"the node refused it: {message}"));

    [Test]
    public void An_unknown_refusal_is_retried_a_few_times_and_then_ends_it()
    {
        _flights.Sending();
        for (int i = 0; i < Flights.Policy.MaxRetries; i++)
        {
            Assert.That(_flights.Refused("the moon is full"), Is.Empty);
        }

        Assert.That(
            Outcome(_flights.Refused("the moon is full")),
            Is.InstanceOf<SubmissionOutcome.Abandoned>().With.Property("Reason").EqualTo("the node refused it 6 times: the moon is full"));
    }

    [Test]
    public void Silence_is_answered_by_the_same_bytes_for_as_long_as_it_lasts()
    {
        _flights.Sending();
        Hash32 hash = _flights.Newest;
        for (int i = 0; i < 30; i++)
        {
            _flights.Step(new SubmissionEvent.SendUnanswered(hash));
            IReadOnlyList<SubmissionAction> actions = _flights.Ticks(15);
            Assert.That(actions.OfType<SubmissionAction.Send>().Single().TransactionHash, Is.EqualTo(hash));
            Assert.That(actions, Has.None.InstanceOf<SubmissionAction.SignAndStore>());
        }
    }

    [Test]
    public void A_stored_bundle_is_asked_for_first_and_then_its_newest_version_is_sent_again()
    {
        IReadOnlyList<SubmissionAction> recovered = _flights.Step(Recovered(Stored(1, 210), Stored(2, 300)));
        IReadOnlyList<SubmissionAction> ticked = _flights.Ticks();

        Assert.That(((SubmissionAction.AskReceipts)recovered[0]).TransactionHashes, Is.EqualTo(new[] { Flights.HashOf(1), Flights.HashOf(2) }));
        Assert.That(recovered[1], Is.InstanceOf<SubmissionAction.AskNonce>());
        Assert.That(ticked.Single(), Is.EqualTo(new SubmissionAction.Send(Flights.HashOf(2), Flights.HashOf(2).ToBytes())));
        Assert.That(_flights.Flight.Nonce, Is.EqualTo(Flights.Nonce));
    }

    [Test]
    public void A_stored_cancellation_goes_on_cancelling()
    {
        _flights.Step(Recovered(Stored(1, 210), Stored(2, 300, isCancellation: true)));

        Assert.That(_flights.State, Is.InstanceOf<SubmissionState.Cancelling>());
        Assert.That(_flights.Flight.UserOpHashes, Is.EqualTo(Flights.Operations));
    }

    [Test]
    public void A_stored_bundle_whose_signer_is_gone_is_watched_and_sent_again_but_never_signed()
    {
        _flights.Step(Recovered(Stored(1, 210)) with { CanSign = false });
        for (int i = 0; i < 50; i++)
        {
            Assert.That(_flights.Ticks(5), Has.None.InstanceOf<SubmissionAction.SignAndStore>());
        }

        Assert.That(_flights.All, Has.Some.InstanceOf<SubmissionAction.Send>());
    }

    [Test]
    public void Nothing_happens_to_what_is_over()
    {
        _flights.Accepted().Step(new SubmissionEvent.ReceiptFound(Flights.Receipt(_flights.Newest)));
        SubmissionEvent[] late =
        [
            SubmissionEvent.Tick.Instance,
            SubmissionEvent.OperationsGone.Instance,
            new SubmissionEvent.Sent(Flights.HashOf(1)),
            new SubmissionEvent.SendUnanswered(Flights.HashOf(1)),
            new SubmissionEvent.SendRefused(Flights.HashOf(1), Flights.Refusal("nonce too low")),
            new SubmissionEvent.ReceiptFound(Flights.Receipt(Flights.HashOf(1))),
            new SubmissionEvent.NonceObserved(9, 9),
            new SubmissionEvent.HeadSeen(Flights.Market),
        ];

        Assert.That(late.SelectMany(_flights.Step), Is.Empty);
    }

    private static SubmissionOutcome Outcome(IReadOnlyList<SubmissionAction> actions) =>
        actions.OfType<SubmissionAction.ReportOutcome>().Single().Outcome;

    private static SubmissionEvent.Recovered Recovered(params StoredTransaction[] stored) =>
        new(stored, Flights.Ceiling, Flights.Market, null, CanSign: true);

    private static StoredTransaction Stored(byte hash, ulong fee, bool isCancellation = false) => new(
        Guid.Empty, Flights.HashOf(hash), Flights.Signer, Flights.Nonce, Flights.EntryPoint, isCancellation ? [] : Flights.Operations,
        Flights.HashOf(hash).ToBytes(), fee, 10, isCancellation, DateTimeOffset.UnixEpoch);

    private void Accept(IReadOnlyList<SubmissionAction> sent) =>
        _flights.Step(new SubmissionEvent.Sent(sent.OfType<SubmissionAction.Send>().Single().TransactionHash));

    private void Cancelling()
    {
        _flights.Accepted();
        Accept(_flights.Signs(_flights.Step(SubmissionEvent.OperationsGone.Instance)[0]));
    }
}
