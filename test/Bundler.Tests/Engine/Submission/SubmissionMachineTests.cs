using Bundler.Engine.Submission;
using Bundler.Engine.Submission.Flights;
using Bundler.Engine.Submission.Machine;
using Bundler.Ethereum.Primitives;

namespace Bundler.Tests.Engine.Submission;

/// <summary>A bundle from its signature to its receipt, replaced on the way, and after a restart.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class SubmissionMachineTests
{
    private readonly Flights _flights = new();

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

        Assert.That(Flights.OutcomeOf(actions), Is.InstanceOf<SubmissionOutcome.Mined>().With.Property("Receipt").Property("Success").EqualTo(success));
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

        Assert.That(Flights.OutcomeOf(actions), Is.InstanceOf<SubmissionOutcome.Abandoned>().With.Property("Reason").Contain("the key is disabled"));
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
        _flights.Accept(_flights.Signs(_flights.Ticks(5)[0]));

        IReadOnlyList<SubmissionAction> actions = _flights.Step(new SubmissionEvent.ReceiptFound(Flights.Receipt(first)));

        Assert.That(Flights.OutcomeOf(actions), Is.InstanceOf<SubmissionOutcome.Mined>());
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
        _flights.Accept(_flights.Signs(_flights.Ticks(5).OfType<SubmissionAction.SignAndStore>().Single()));
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

    private static SubmissionEvent.Recovered Recovered(params StoredTransaction[] stored) =>
        new(stored, Flights.Ceiling, Flights.Market, null, CanSign: true);

    private static StoredTransaction Stored(byte hash, ulong fee, bool isCancellation = false) => new(
        Guid.Empty, Flights.HashOf(hash), Flights.Signer, Flights.Nonce, Flights.EntryPoint, isCancellation ? [] : Flights.Operations,
        Flights.HashOf(hash).ToBytes(), fee, 10, isCancellation, DateTimeOffset.UnixEpoch);
}
