using Bundler.Engine.Bundling.Limits;
using Bundler.Engine.Gas;
using Bundler.Engine.Pool;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Bundling.Limits;

public sealed class FeesCoverCostTests
{
    [TestCase(110UL, 10UL, null)]
    [TestCase(109UL, 10UL, "the tip is below the chain's floor")]
    [TestCase(200UL, 9UL, "the tip is below the chain's floor")]
    [TestCase(99UL, 10UL, "maxFeePerGas is below the base fee")]
    public void The_base_fee_and_the_floor_are_paid(ulong maxFee, ulong tip, string? reason)
    {
        MempoolEntry next = A.Entry(A.UserOperation() with { MaxFeePerGas = maxFee, MaxPriorityFeePerGas = tip });

        Assert.That(new FeesCoverCost().Check(LimitBench.Draft(new FeeQuote(100, 50, 10)), next), Is.EqualTo(reason));
    }
}
