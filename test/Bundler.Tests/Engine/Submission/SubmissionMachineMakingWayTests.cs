using Bundler.Engine.Gas;
using Bundler.Engine.Submission;
using Bundler.Engine.Submission.Machine;

namespace Bundler.Tests.Engine.Submission;

/// <summary>Others wait behind the bundle's nonce: what the machine makes of that, at each price.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class SubmissionMachineMakingWayTests
{
    private readonly Flights _flights = new();

    [Test]
    public void A_bundle_that_the_coming_block_cannot_take_is_cancelled_at_the_markets_price()
    {
        _flights.Accepted().Step(Head(baseFee: 1_001));

        SubmissionAction.SignAndStore cancellation = (SubmissionAction.SignAndStore)_flights.Step(SubmissionEvent.PayersWait.Instance).Single();

        Assert.That(cancellation.IsCancellation, Is.True);
        Assert.That(cancellation.Fees.MaxFeePerGas, Is.GreaterThanOrEqualTo((Bundler.Ethereum.Primitives.UInt256)1_001));
        Assert.That(_flights.State, Is.InstanceOf<SubmissionState.Cancelling>());
    }

    [Test]
    public void A_bundle_that_can_still_pay_is_not_cancelled()
    {
        _flights.Accepted().Step(Head(baseFee: 1_000));

        Assert.That(_flights.Step(SubmissionEvent.PayersWait.Instance), Is.Empty);
    }

    [Test]
    public void What_no_cancellation_may_pay_waits_for_a_better_price()
    {
        _flights.Accepted().Step(Head(baseFee: 5_001));

        Assert.That(_flights.Step(SubmissionEvent.PayersWait.Instance), Is.Empty);
        Assert.That(_flights.State, Is.InstanceOf<SubmissionState.Pending>());
    }

    [Test]
    public void What_nobody_has_yet_gives_its_operations_back_at_once_and_the_signer_does_not_rest()
    {
        _flights.Sending().Step(Head(baseFee: 1_001));

        IReadOnlyList<SubmissionAction> actions = _flights.Step(SubmissionEvent.PayersWait.Instance);

        Assert.That(Flights.OutcomeOf(actions), Is.InstanceOf<SubmissionOutcome.Abandoned>().With.Property("Reason").Contains("others wait behind it"));
        Assert.That(actions[^1], Is.EqualTo(new SubmissionAction.Release(NonceIsUsed: false, TimeSpan.Zero)));
    }

    [TestCase("max fee per gas less than block base fee: address 0x00, maxFeePerGas: 1000, baseFee: 4000")]
    [TestCase("max fee per gas less than block base fee")]
    public void A_nodes_word_on_the_base_fee_comes_before_the_next_head(string refusal)
    {
        _flights.Accepted(Flights.Bundle(ceiling: new TransactionFees(215, 100)));
        _flights.Refused(refusal);

        Assert.That(_flights.Step(SubmissionEvent.PayersWait.Instance).Single(), Is.InstanceOf<SubmissionAction.SignAndStore>().With.Property("IsCancellation").True);
    }

    [Test]
    public void Who_is_being_cancelled_already_goes_on_as_before()
    {
        _flights.Cancelling();
        _flights.Step(Head(baseFee: 1_001));

        Assert.That(_flights.Step(SubmissionEvent.PayersWait.Instance), Is.Empty);
    }

    private static SubmissionEvent.HeadSeen Head(ulong baseFee) => new(new FeeQuote(baseFee, 10, 1));
}
