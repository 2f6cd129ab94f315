using Bundler.Engine.Bundling.Limits;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Bundling.Limits;

public sealed class NoSharedStorageTests
{
    private static readonly NoSharedStorage _limit = new();

    [Test]
    public void Validations_that_only_read_the_same_slot_may_share_a_bundle() =>
        Assert.That(_limit.Check(LimitBench.Draft(Slots.Entry(1, reads: [7])), Slots.Entry(2, reads: [7])), Is.Null);

    [Test]
    public void A_validation_that_reads_what_another_writes_waits() =>
        Assert.That(_limit.Check(LimitBench.Draft(Slots.Entry(1, writes: [7])), Slots.Entry(2, reads: [7])), Does.StartWith("slot "));

    [Test]
    public void Consecutive_operations_of_one_sender_may_use_the_same_slot() =>
        Assert.That(_limit.Check(LimitBench.Draft(Slots.Entry(1, writes: [7])), Slots.Entry(1, nonce: 1, writes: [7])), Is.Null);

    [Test]
    public void A_senders_second_operation_waits_when_it_conflicts_with_another_senders() =>
        Assert.That(
            _limit.Check(LimitBench.Draft(Slots.Entry(1), Slots.Entry(2, writes: [7])), Slots.Entry(1, nonce: 1, reads: [7])), Does.StartWith("slot "));

    [Test]
    public void A_validation_that_visits_a_sender_of_the_bundle_waits() =>
        Assert.That(
            _limit.Check(LimitBench.Draft(Slots.Entry(1)), Slots.Visiting(2, A.AddressOf(1))), Does.StartWith($"account {A.AddressOf(1)} "));

    [Test]
    public void An_operation_whose_sender_the_bundle_visits_waits() =>
        Assert.That(
            _limit.Check(LimitBench.Draft(Slots.Visiting(2, A.AddressOf(1))), Slots.Entry(1)), Does.StartWith($"account {A.AddressOf(1)} "));

    [Test]
    public void Validations_that_visit_the_same_contract_may_share_a_bundle() =>
        Assert.That(_limit.Check(LimitBench.Draft(Slots.Visiting(1, A.Contract)), Slots.Visiting(2, A.Contract)), Is.Null);

    [Test]
    public void A_validation_that_reads_what_one_in_flight_writes_waits() =>
        Assert.That(_limit.Check(LimitBench.Behind(Slots.Entry(1, writes: [7])), Slots.Entry(2, reads: [7])), Does.EndWith("of a bundle in flight"));

    [Test]
    public void A_validation_that_visits_a_sender_in_flight_waits() =>
        Assert.That(_limit.Check(LimitBench.Behind(Slots.Entry(1)), Slots.Visiting(2, A.AddressOf(1))), Does.EndWith("of a bundle in flight"));

    [Test]
    public void A_validation_that_shares_nothing_with_those_in_flight_goes() =>
        Assert.That(_limit.Check(LimitBench.Behind(Slots.Entry(1, writes: [7])), Slots.Entry(2, writes: [8])), Is.Null);
}
