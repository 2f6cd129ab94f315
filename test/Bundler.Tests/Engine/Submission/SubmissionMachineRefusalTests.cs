using Bundler.Engine.Submission;
using Bundler.Engine.Submission.Flights;
using Bundler.Engine.Submission.Machine;
using Bundler.Ethereum.Primitives;

namespace Bundler.Tests.Engine.Submission;

/// <summary>What the machine makes of each refusal of a node, and of silence.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class SubmissionMachineRefusalTests
{
    private readonly Flights _flights = new();

    [TestCase("replacement transaction underpriced")]
    [TestCase("transaction underpriced")]
    [TestCase("max fee per gas less than block base fee")]
    public void An_underpriced_version_is_replaced_at_once(string message)
    {
        SubmissionAction.SignAndStore next = (SubmissionAction.SignAndStore)_flights.Sending().Refused(message).Single();

        Assert.That(next.Fees.Reaches(new TransactionFees(236, 12)), Is.True);
    }

    [TestCase("txpool is full")]
    [TestCase("queued sub pool is full")]
    public void A_full_pool_is_no_price_and_is_asked_again_soon_however_often_it_says_so(string message)
    {
        _flights.Sending();
        for (int i = 0; i < 10; i++)
        {
            Assert.That(_flights.Refused(message), Is.Empty, "nothing is signed anew");
            Assert.That(_flights.Ticks(1), Has.One.InstanceOf<SubmissionAction.Send>());
        }
    }

    [TestCase("transaction type not supported")]
    [TestCase("authority already reserved")]
    [TestCase("exceeds block gas limit")]
    public void What_is_refused_for_its_operations_is_told_with_the_refusal_and_the_signer_does_not_rest(string message)
    {
        IReadOnlyList<SubmissionAction> actions = _flights.Sending().Refused(message);

        Assert.That(((SubmissionOutcome.Abandoned)Flights.OutcomeOf(actions)!).Refusal?.Message, Is.EqualTo(message));
        Assert.That(actions[^1], Is.EqualTo(new SubmissionAction.Release(NonceIsUsed: false, TimeSpan.Zero)));
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

        Assert.That(Flights.OutcomeOf(actions), Is.InstanceOf<SubmissionOutcome.Abandoned>().With.Property("Reason").Contains("minimum needed 1000"));
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

        Assert.That(Flights.OutcomeOf(_flights.Ticks(60)), Is.InstanceOf<SubmissionOutcome.Abandoned>());
    }

    [TestCase("exceeds block gas limit")]
    [TestCase("transaction gas limit too high (cap: 16777216, tx: 20000000)")]
    [TestCase("oversized data: transaction size 200000, limit 131072")]
    [TestCase("intrinsic gas too low")]
    [TestCase("execution reverted: AA25")]
    [TestCase("storage slot value condition not met")]
    public void A_bundle_that_no_node_can_take_is_abandoned_with_the_reason(string message) =>
        Assert.That(
            Flights.OutcomeOf(_flights.Sending().Refused(message)),
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
            Flights.OutcomeOf(_flights.Refused("the moon is full")),
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
}
