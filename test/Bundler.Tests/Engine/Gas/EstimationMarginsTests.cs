using Bundler.Engine.Gas;
using Bundler.Engine.Validation;
using Bundler.Ethereum.Primitives;

namespace Bundler.Tests.Engine.Gas;

[TestFixture]
public sealed class EstimationMarginsTests
{
    [TestCase(22_000UL)]
    [TestCase(30_000UL)]
    [TestCase(500_000UL)]
    public void LIM_030_a_verification_estimate_leaves_the_slack_and_stays_within_15_percent(ulong enough)
    {
        const ulong Slack = 4_000;

        ulong limit = (ulong)EstimationMargins.Verification(enough, Slack, 1);

        Assert.That(limit, Is.GreaterThanOrEqualTo(enough - EntryPointGas.Tolerance + Slack));
        Assert.That(limit, Is.LessThanOrEqualTo(enough * 115 / 100));
    }

    [Test]
    public void Each_further_signature_of_an_account_of_several_signers_is_paid_for()
    {
        const ulong MeasuredInASafe = 6_090;

        UInt256 one = EstimationMargins.Verification(77_000, 4_000, 1);

        Assert.That(EstimationMargins.Verification(77_000, 4_000, 4), Is.GreaterThanOrEqualTo(one + 3 * MeasuredInASafe));
    }

    [Test]
    public void What_is_not_called_needs_no_gas() => Assert.That(EstimationMargins.Call(UInt256.Zero), Is.EqualTo(UInt256.Zero));
}
