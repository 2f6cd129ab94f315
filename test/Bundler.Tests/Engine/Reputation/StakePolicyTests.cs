using Bundler.Engine.Reputation;
using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Reputation;

public sealed class StakePolicyTests
{
    private static readonly StakePolicy _policy = new(A.Chain with { MinStakeWei = 1_000, MinUnstakeDelaySeconds = 86_400 });

    [TestCase(1_000UL, 86_400U, true, false)]
    [TestCase(999UL, 86_400U, false, true)]
    [TestCase(1_000UL, 86_399U, false, true)]
    [TestCase(0UL, 0U, false, false)]
    [TestCase(0UL, 86_400U, false, true)]
    [TestCase(1UL, 0U, false, true)]
    public void SREP_010_staked_is_enough_for_long_enough(ulong stake, uint delay, bool staked, bool tooLow)
    {
        StakeInfo info = new(A.Account, stake, delay, UInt256.Zero);

        Assert.That((_policy.IsStaked(info), _policy.IsStakedTooLow(info)), Is.EqualTo((staked, tooLow)));
    }
}
