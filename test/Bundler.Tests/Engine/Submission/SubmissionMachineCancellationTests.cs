using Bundler.Engine.Submission;
using Bundler.Engine.Submission.Flights;
using Bundler.Engine.Submission.Machine;
using Bundler.Ethereum.Primitives;

namespace Bundler.Tests.Engine.Submission;

/// <summary>What is given up: cancelled with the same nonce when a node may have it, else abandoned.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class SubmissionMachineCancellationTests
{
    private readonly Flights _flights = new();

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
        Assert.That(Flights.OutcomeOf(actions), Is.InstanceOf<SubmissionOutcome.Abandoned>());
    }

    [Test]
    public void What_could_not_even_be_signed_is_abandoned_at_the_deadline()
    {
        _flights.Step(Flights.Bundle());

        Assert.That(_flights.Ticks(59), Is.Empty);
        Assert.That(Flights.OutcomeOf(_flights.Ticks(1)), Is.InstanceOf<SubmissionOutcome.Abandoned>());
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
        _flights.Cancelling();

        IReadOnlyList<SubmissionAction> actions = _flights.Step(new SubmissionEvent.ReceiptFound(Flights.Receipt(_flights.Newest)));

        Assert.That(actions[0], Is.EqualTo(new SubmissionAction.Close(BundleEnd.NonceTaken, Flights.HashOf(2))));
        Assert.That(Flights.OutcomeOf(actions), Is.EqualTo(new SubmissionOutcome.Abandoned(
            Guid.Empty, Flights.EntryPoint, Flights.Operations, "cancelled: operations of it have left the mempool")));
        Assert.That(actions[^1], Is.EqualTo(new SubmissionAction.Release(NonceIsUsed: true, TimeSpan.Zero)));
    }

    [Test]
    public void A_bundle_that_is_mined_in_spite_of_its_cancellation_is_mined()
    {
        Hash32 bundle = _flights.Accepted().Newest;
        _flights.Signs(_flights.Step(SubmissionEvent.OperationsGone.Instance)[0]);

        Assert.That(Flights.OutcomeOf(_flights.Step(new SubmissionEvent.ReceiptFound(Flights.Receipt(bundle)))), Is.InstanceOf<SubmissionOutcome.Mined>());
    }

    [Test]
    public void A_cancellation_is_raised_a_bounded_number_of_times_and_then_sent_again()
    {
        _flights.Cancelling();
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
}
