using Bundler.Engine.Submission;
using Bundler.Engine.Submission.Flights;
using Bundler.Engine.Submission.Machine;

namespace Bundler.Tests.Engine.Submission;

/// <summary>The signer's nonce as the chain tells it: taken by somebody else, or with a gap before it.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class SubmissionMachineNonceTests
{
    private readonly Flights _flights = new();

    [Test]
    public void A_nonce_that_somebody_else_took_is_believed_after_the_grace()
    {
        _flights.Accepted();
        SubmissionEvent passed = new SubmissionEvent.NonceObserved(8, 8);

        Assert.That(_flights.Step(passed), Is.Empty);
        Assert.That(_flights.Passes(3.9).Step(passed), Is.Empty);
        IReadOnlyList<SubmissionAction> actions = _flights.Passes(0.1).Step(passed);

        Assert.That(actions[0], Is.EqualTo(new SubmissionAction.Close(BundleEnd.NonceTaken, null)));
        Assert.That(Flights.OutcomeOf(actions), Is.InstanceOf<SubmissionOutcome.Abandoned>());
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
    public void What_the_node_has_lost_from_its_pool_is_sent_again_every_two_seconds()
    {
        _flights.Accepted();
        SubmissionEvent lost = new SubmissionEvent.NonceObserved(7, 7) { ShowsPool = true };
        SubmissionAction[] again = [new SubmissionAction.Send(_flights.Newest, _flights.Flight.Newest!.Raw)];

        Assert.That(_flights.Passes(1.9).Step(lost), Is.Empty, "it may be on its way into the pool");
        Assert.That(_flights.Passes(0.1).Step(lost), Is.EqualTo(again));
        Assert.That(_flights.Passes(1.9).Step(lost), Is.Empty);
        Assert.That(_flights.Passes(0.1).Step(lost), Is.EqualTo(again));
    }

    [Test]
    public void To_be_sent_again_does_not_put_off_the_replacement()
    {
        _flights.Accepted();
        _flights.Passes(4).Step(new SubmissionEvent.NonceObserved(7, 7) { ShowsPool = true });

        Assert.That(_flights.Ticks(1), Has.One.InstanceOf<SubmissionAction.SignAndStore>());
    }

    [TestCase(7UL, 8UL, true)]
    [TestCase(7UL, 7UL, false)]
    public void What_the_pool_holds_or_does_not_show_is_not_sent_again(ulong latest, ulong pending, bool showsPool)
    {
        _flights.Accepted();

        Assert.That(_flights.Passes(4).Step(new SubmissionEvent.NonceObserved(latest, pending) { ShowsPool = showsPool }), Is.Empty);
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
}
