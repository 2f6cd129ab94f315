using Bundler.Engine.Gas;
using Bundler.Engine.Submission;
using Bundler.Engine.Submission.Machine;
using Bundler.Ethereum.Primitives;

namespace Bundler.Tests.Engine.Submission;

public sealed class FeeScheduleTests
{
    private static readonly FeeQuote _market = new(100, 10, 1);
    private static readonly TransactionFees _ceiling = new(1_000, 100);
    private readonly FeeSchedule _schedule = new(12);

    [Test]
    public void The_first_price_is_the_markets_with_room_for_a_doubled_base_fee() =>
        Assert.That(FeeSchedule.First(_market, _ceiling), Is.EqualTo(new TransactionFees(210, 10)));

    [Test]
    public void Without_a_base_fee_the_tip_is_the_price() =>
        Assert.That(FeeSchedule.First(new FeeQuote(0, 50, 1), _ceiling), Is.EqualTo(new TransactionFees(50, 50)));

    [TestCase(1_000UL, 5UL, 205UL, 5UL)]
    [TestCase(150UL, 100UL, 150UL, 10UL)]
    [TestCase(4UL, 100UL, 4UL, 4UL)]
    public void The_first_price_never_exceeds_the_ceiling(ulong ceilingFee, ulong ceilingTip, ulong maxFee, ulong tip) =>
        Assert.That(FeeSchedule.First(_market, new TransactionFees(ceilingFee, ceilingTip)), Is.EqualTo(new TransactionFees(maxFee, tip)));

    [Test]
    public void A_replacement_raises_both_fees_by_the_bump_rounded_up() =>
        Assert.That(Next(new TransactionFees(211, 11)), Is.EqualTo(new TransactionFees(237, 13)));

    [Test]
    public void A_replacement_follows_a_market_that_has_risen() =>
        Assert.That(
            _schedule.Next(new TransactionFees(210, 10), new FeeQuote(300, 40, 1), _ceiling, 0, default),
            Is.EqualTo(new TransactionFees(640, 40)));

    [Test]
    public void Urgency_takes_its_share_of_what_is_left_below_the_ceiling()
    {
        TransactionFees last = new(210, 10);

        Assert.That(_schedule.Next(last, _market, _ceiling, 0.5, default)!.Value.MaxPriorityFeePerGas, Is.EqualTo((UInt256)55));
        Assert.That(_schedule.Next(last, _market, _ceiling, 1, default)!.Value.MaxPriorityFeePerGas, Is.EqualTo((UInt256)100));
        Assert.That(_schedule.Next(last, _market, _ceiling, 7, default)!.Value.MaxPriorityFeePerGas, Is.EqualTo((UInt256)100));
    }

    [TestCase(1_000UL, 95UL)]
    [TestCase(950UL, 10UL)]
    public void Where_the_ceiling_leaves_no_full_step_there_is_no_replacement(ulong maxFee, ulong tip) =>
        Assert.That(Next(new TransactionFees(maxFee, tip)), Is.Null);

    [Test]
    public void A_stated_minimum_is_met_in_one_step_or_not_at_all()
    {
        TransactionFees last = new(210, 10);

        Assert.That(_schedule.Next(last, _market, _ceiling, 0, new TransactionFees(90, 90))!.Value.MaxPriorityFeePerGas, Is.EqualTo((UInt256)90));
        Assert.That(_schedule.Next(last, _market, _ceiling, 0, new TransactionFees(101, 101)), Is.Null);
    }

    [Test]
    public void A_zero_tip_is_raised_to_something() =>
        Assert.That(new FeeSchedule(12).Raised(new TransactionFees(0, 0)), Is.EqualTo(new TransactionFees(1, 1)));

    [Test]
    public void A_cancellation_may_pay_more_than_the_bundle_could_and_stops_at_its_cap()
    {
        TransactionFees last = new(1_000, 100);

        Assert.That(_schedule.Cancelling(last, _market, 5_000, default), Is.EqualTo(new TransactionFees(1_120, 112)));
        Assert.That(_schedule.Cancelling(last, new FeeQuote(3_000, 10, 1), 5_000, default), Is.EqualTo(new TransactionFees(5_000, 112)));
        Assert.That(_schedule.Cancelling(last, _market, 1_119, default), Is.Null);
    }

    private TransactionFees? Next(TransactionFees last) => _schedule.Next(last, _market, _ceiling, 0, default);
}
