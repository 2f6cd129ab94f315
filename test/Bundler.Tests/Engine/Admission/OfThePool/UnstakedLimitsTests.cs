using Bundler.Engine.Admission;
using Bundler.Engine.Admission.OfThePool;
using Bundler.Engine.Pool;
using Bundler.Engine.Reputation;
using Bundler.Erc4337;
using Bundler.Testing;
using Microsoft.Extensions.Options;

namespace Bundler.Tests.Engine.Admission.OfThePool;

public sealed class UnstakedLimitsTests
{
    private static readonly UserOperation _own = A.UserOperation();
    private static readonly UserOperation _sponsored = A.UserOperation() with { Paymaster = A.Paymaster };

    private AdmissionBench _bench = null!;

    [SetUp]
    public void SetUp() => _bench = new AdmissionBench();

    [TestCase(3, null)]
    [TestCase(4, -32505)]
    public async Task UREP_010_an_unstaked_sender_has_at_most_four_pending_operations(int pending, int? code)
    {
        await _bench.PendManyAsync(_own, pending);

        Assert.That(Check(AdmissionBench.Of(_own with { Nonce = 9 }))?.Code, Is.EqualTo(code));
    }

    [Test]
    public async Task UREP_010_the_refusal_names_the_sender_and_the_stake_it_would_need()
    {
        await _bench.PendManyAsync(_own, 4);

        Rejection? rejection = Check(AdmissionBench.Of(_own with { Nonce = 9 }));

        Assert.That(rejection, Is.EqualTo(new Rejection.StakeTooLow(
            new Entity(EntityKind.Account, A.Account), A.Chain.MinStakeWei, 86_400, $"unstaked account {A.Account} has 4 pending operations (UREP-010)")));
    }

    [Test]
    public async Task UREP_010_a_replacement_adds_nothing()
    {
        await _bench.PendManyAsync(_own, 4);

        Assert.That(Check(AdmissionBench.Of(_own with { Nonce = 3, MaxFeePerGas = 9_000_000_000 })), Is.Null);
    }

    [Test]
    public async Task SREP_040_a_staked_sender_is_free_of_UREP_010()
    {
        await _bench.PendManyAsync(_own, 4);

        Assert.That(Check(AdmissionBench.Of(_own with { Nonce = 9 }, A.Staked(A.Account))), Is.Null);
    }

    [Test]
    public async Task SREP_010_one_wei_too_little_is_no_stake()
    {
        await _bench.PendManyAsync(_own, 4);
        StakeInfo little = A.Staked(A.Account) with { Stake = A.Chain.MinStakeWei - 1 };

        Assert.That(Check(AdmissionBench.Of(_own with { Nonce = 9 }, little))?.Code, Is.EqualTo(-32505));
    }

    [Test]
    public async Task SREP_010_one_second_too_short_is_no_stake()
    {
        await _bench.PendManyAsync(_own, 4);
        StakeInfo brief = A.Staked(A.Account) with { UnstakeDelaySec = 86_399 };

        Assert.That(Check(AdmissionBench.Of(_own with { Nonce = 9 }, brief))?.Code, Is.EqualTo(-32505));
    }

    [TestCase(5, null)]
    [TestCase(6, -32005)]
    public async Task A_staked_sender_still_has_the_bound_of_this_node(int pending, int? code)
    {
        await _bench.PendManyAsync(_own, pending);

        Rejection? rejection = Check(AdmissionBench.Of(_own with { Nonce = 9 }, A.Staked(A.Account)), new PoolOptions { MaxPerSender = 6 });

        Assert.That(rejection?.Code, Is.EqualTo(code));
    }

    [TestCase(9, null)]
    [TestCase(10, -32505)]
    public async Task UREP_020_an_unstaked_paymaster_without_a_record_has_ten_pending_operations(int pending, int? code)
    {
        await _bench.PendOfManySendersAsync(_sponsored, pending);

        Assert.That(Check(AdmissionBench.Of(_sponsored))?.Code, Is.EqualTo(code));
    }

    [TestCase(11, null)]
    [TestCase(12, -32505)]
    public async Task UREP_020_what_was_included_raises_the_allowance(int pending, int? code)
    {
        await _bench.PendOfManySendersAsync(_sponsored, pending);
        _bench.Reputation.Set(A.EntryPoint.Address, [new ReputationEntry(A.Paymaster, OpsSeen: 8, OpsIncluded: 4)]);

        Assert.That(Check(AdmissionBench.Of(_sponsored))?.Code, Is.EqualTo(code));
    }

    [Test]
    public async Task UREP_020_the_refusal_names_the_paymaster()
    {
        await _bench.PendOfManySendersAsync(_sponsored, 10);

        Assert.That(
            (Check(AdmissionBench.Of(_sponsored)) as Rejection.StakeTooLow)?.Entity, Is.EqualTo(new Entity(EntityKind.Paymaster, A.Paymaster)));
    }

    [Test]
    public async Task SREP_040_a_staked_paymaster_is_free_of_UREP_020()
    {
        await _bench.PendOfManySendersAsync(_sponsored, 10);

        Assert.That(Check(AdmissionBench.Of(_sponsored, A.Staked(A.Paymaster))), Is.Null);
    }

    [Test]
    public async Task UREP_020_a_replacement_with_the_same_paymaster_adds_nothing()
    {
        await _bench.PendOfManySendersAsync(_sponsored, 10);

        Assert.That(Check(AdmissionBench.Of(_sponsored with { Sender = A.AddressOf(0), MaxFeePerGas = 9_000_000_000 })), Is.Null);
    }

    [Test]
    public async Task UREP_020_a_replacement_that_brings_the_paymaster_in_adds_one()
    {
        await _bench.PendOfManySendersAsync(_sponsored, 10);
        await _bench.PendAsync(_own);

        Assert.That(Check(AdmissionBench.Of(_sponsored))?.Code, Is.EqualTo(-32505));
    }

    private Rejection? Check(AdmissionContext context, PoolOptions? options = null) =>
        _bench.Ask(new UnstakedLimits(_bench.Reputation, _bench.Stakes, Options.Create(options ?? new PoolOptions())), context);
}
