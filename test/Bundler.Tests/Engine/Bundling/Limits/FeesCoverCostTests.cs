using Bundler.Engine.Bundling;
using Bundler.Engine.Bundling.Limits;
using Bundler.Engine.Bundling.Money;
using Bundler.Engine.Gas;
using Bundler.Engine.Pool;
using Bundler.Testing;
using Microsoft.Extensions.Options;

namespace Bundler.Tests.Engine.Bundling.Limits;

public sealed class FeesCoverCostTests
{
    private static readonly FeeQuote _fees = new(100, 50, 10);

    private readonly WaitingForFees _waiting = new(new ManualTimeProvider());

    [TestCase(110UL, 10UL, null)]
    [TestCase(109UL, 10UL, "the tip is below the chain's floor")]
    [TestCase(200UL, 9UL, "the tip is below the chain's floor")]
    [TestCase(99UL, 10UL, "maxFeePerGas is below the base fee")]
    public void The_base_fee_and_the_floor_are_paid(ulong maxFee, ulong tip, string? reason)
    {
        MempoolEntry next = A.Entry(A.UserOperation() with { MaxFeePerGas = maxFee, MaxPriorityFeePerGas = tip });

        Assert.That(Limit().Check(LimitBench.Draft(_fees), next), Is.EqualTo(reason));
    }

    [TestCase(100, 110UL, 10_000u, null)]
    [TestCase(100, 110UL, 10u, "its fees are below the margin over its cost")]
    [TestCase(0, 110UL, 10u, null)]
    [TestCase(150, 110UL, 10_000u, "its fees are below the margin over its cost")]
    [TestCase(150, 200UL, 10_000u, null)]
    [TestCase(150, 110UL, 90_000u, null)]
    public void An_operators_margin_comes_from_the_price_or_from_preVerificationGas(int percent, ulong price, uint preVerificationGas, string? reason)
    {
        MempoolEntry next = A.Entry(
            A.UserOperation() with { MaxFeePerGas = price, MaxPriorityFeePerGas = price, PreVerificationGas = preVerificationGas },
            A.Validation() with { VerificationGasUsed = 40_000 });

        Assert.That(Limit(percent).Check(LimitBench.Draft(_fees), next), Is.EqualTo(reason));
    }

    [Test]
    public void What_did_not_pay_when_it_was_measured_waits_for_cheaper_gas()
    {
        MempoolEntry next = A.Entry(A.UserOperation() with { MaxFeePerGas = 200, MaxPriorityFeePerGas = 20 });
        _waiting.Add(next.UserOpHash, 110);

        Assert.That(Limit().Check(LimitBench.Draft(_fees), next), Is.EqualTo("it did not pay at this price of gas"));
        Assert.That(Limit().Check(LimitBench.Draft(_fees with { BaseFeePerGas = 99 }), next), Is.Null);
    }

    private FeesCoverCost Limit(int percent = 100) => new(Options.Create(new BundlingOptions { MinProfitPercent = percent }), _waiting);
}
