using Bundler.Engine.Bundling.Limits;
using Bundler.Engine.Pool;
using Bundler.Engine.Reputation;
using Bundler.Engine.Validation.Erc7562;
using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Bundling.Limits;

public sealed class NoSharedStorageTests
{
    private static readonly NoSharedStorage _limit = new(new StakePolicy(A.Chain));

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
    public void STO_041_a_validation_that_visits_a_sender_of_the_bundle_waits() =>
        Assert.That(
            _limit.Check(LimitBench.Draft(Slots.Entry(1)), Slots.Visiting(2, A.AddressOf(1))), Does.StartWith($"account {A.AddressOf(1)} "));

    [Test]
    public void STO_041_an_operation_whose_sender_the_bundle_visits_waits() =>
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

    [Test]
    public void STO_041_without_the_rule_they_share_a_bundle() =>
        Assert.That(
            new NoSharedStorage(new StakePolicy(A.Chain), RuleSet.Without(Erc7562Rule.Sto041))
                .Check(LimitBench.Draft(Slots.Entry(1)), Slots.Visiting(2, A.AddressOf(1))),
            Is.Null);

    [Test]
    public void What_a_staked_paymaster_writes_in_its_own_storage_does_not_part_its_operations() =>
        Assert.That(_limit.Check(LimitBench.Draft(Paid(1, staked: true)), Paid(2, staked: true)), Is.Null);

    [Test]
    public void What_an_unstaked_paymaster_writes_does() =>
        Assert.That(_limit.Check(LimitBench.Draft(Paid(1, staked: false)), Paid(2, staked: false)), Does.StartWith("slot "));

    [Test]
    public void What_a_staked_paymaster_writes_in_flight_does_too() =>
        Assert.That(_limit.Check(LimitBench.Behind(Paid(1, staked: true)), Paid(2, staked: true)), Does.EndWith("of a bundle in flight"));

    [Test]
    public void STO_033_a_staked_account_that_might_read_what_its_staked_paymaster_changes_for_others_waits()
    {
        MempoolEntry entry = Paid(2, staked: true);
        Address sender = entry.Operation.Sender;
        Dictionary<Address, StakeInfo> stakes = new() { [A.Contract] = A.Staked(A.Contract), [sender] = A.Staked(sender) };

        MempoolEntry both = entry with { Validation = entry.Validation! with { Stakes = stakes } };

        Assert.That(_limit.Check(LimitBench.Draft(Paid(1, staked: true)), both), Does.StartWith("slot "));
    }

    /// <summary>An operation whose paymaster, the contract of <see cref="Slots"/>, writes slot 7.</summary>
    private static MempoolEntry Paid(int sender, bool staked)
    {
        MempoolEntry entry = Slots.Entry(sender, writes: [7]);
        return entry with
        {
            Operation = entry.Operation with { Paymaster = A.Contract },
            Validation = entry.Validation! with { Stakes = staked ? new Dictionary<Address, StakeInfo> { [A.Contract] = A.Staked(A.Contract) } : [] },
        };
    }
}
