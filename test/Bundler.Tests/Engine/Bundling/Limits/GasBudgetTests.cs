using Bundler.Engine.Bundling;
using Bundler.Engine.Bundling.Limits;
using Bundler.Engine.Pool;
using Bundler.Testing;
using Microsoft.Extensions.Options;

namespace Bundler.Tests.Engine.Bundling.Limits;

public sealed class GasBudgetTests
{
    [TestCase(0UL, true)]
    [TestCase(1UL, false)]
    public void EIP_7825_the_bundle_stays_within_its_share_of_the_cap(ulong missing, bool fits)
    {
        MempoolEntry[] both = LimitBench.Crowd(2);
        ulong cap = ((ulong)LimitBench.Draft(both).Gas - missing) * 2;

        Assert.That(Check(cap, LimitBench.Draft(both[0]), both[1]) is null, Is.EqualTo(fits));
    }

    [Test]
    public void EIP_7825_an_operation_above_the_share_still_goes_alone() =>
        Assert.That(Check(cap: 1_000, LimitBench.Draft(), LimitBench.Crowd(1)[0]), Is.Null);

    private static string? Check(ulong cap, BundleDraft draft, MempoolEntry next) =>
        new GasBudget(A.Chain with { TransactionGasLimit = cap }, Options.Create(new BundlingOptions { GasLimitPercent = 50 })).Check(draft, next);
}
