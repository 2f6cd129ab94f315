using Bundler.Engine.Bundling.Limits;
using Bundler.Engine.Pool;
using Bundler.Engine.Reputation;
using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Bundling.Limits;

public sealed class OneOperationPerSenderTests
{
    private static readonly OneOperationPerSender _limit = new(new StakePolicy(A.Chain));

    [Test]
    public void The_next_nonce_of_the_key_may_follow() =>
        Assert.That(_limit.Check(LimitBench.Draft(WithNonce(3, 5), WithNonce(3, 6)), WithNonce(3, 7)), Is.Null);

    [Test]
    public void A_gap_in_the_key_may_not_follow() => Assert.That(_limit.Check(LimitBench.Draft(WithNonce(3, 5)), WithNonce(3, 7)), Is.Not.Null);

    [Test]
    public void The_nonce_before_may_not_follow() => Assert.That(_limit.Check(LimitBench.Draft(WithNonce(3, 5)), WithNonce(3, 4)), Is.Not.Null);

    [Test]
    public void Another_key_of_the_sender_waits() => Assert.That(_limit.Check(LimitBench.Draft(WithNonce(3, 5)), WithNonce(4, 6)), Is.Not.Null);

    [Test]
    public void Another_key_of_a_staked_sender_may_join() =>
        Assert.That(_limit.Check(LimitBench.Draft(WithNonce(3, 5)), Staked(WithNonce(4, 6))), Is.Null);

    [Test]
    public void A_gap_in_a_key_of_a_staked_sender_may_not_follow() =>
        Assert.That(_limit.Check(LimitBench.Draft(WithNonce(3, 5)), Staked(WithNonce(3, 7))), Is.Not.Null);

    [Test]
    public void Another_sender_may_join() =>
        Assert.That(
            _limit.Check(LimitBench.Draft(WithNonce(3, 5)), A.Entry(A.UserOperation() with { Sender = A.Contract, Nonce = A.Nonce(3, 5) })), Is.Null);

    [Test]
    public void The_next_nonce_under_another_aggregator_waits()
    {
        MempoolEntry next = WithNonce(3, 6);

        Assert.That(
            _limit.Check(LimitBench.Draft(WithNonce(3, 5)), next with { Validation = next.Validation! with { Aggregator = A.Contract } }), Is.Not.Null);
    }

    private static MempoolEntry Staked(MempoolEntry entry) => entry with
    {
        Validation = entry.Validation! with { Stakes = new Dictionary<Address, StakeInfo> { [A.Account] = A.Staked(A.Account) } },
    };

    private static MempoolEntry WithNonce(ulong key, ulong sequence) => A.Entry(A.UserOperation() with { Nonce = A.Nonce(key, sequence) });
}
