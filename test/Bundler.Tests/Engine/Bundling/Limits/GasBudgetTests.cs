using Bundler.Engine.Bundling;
using Bundler.Engine.Bundling.Choosing;
using Bundler.Engine.Bundling.Limits;
using Bundler.Engine.Gas;
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

        Assert.That(Check(A.Ceiling(cap), LimitBench.Draft(both[0]), both[1]) is null, Is.EqualTo(fits));
    }

    [TestCase(0UL, true)]
    [TestCase(1UL, false)]
    public void The_bundle_stays_within_its_share_of_the_newest_block(ulong missing, bool fits)
    {
        MempoolEntry[] both = LimitBench.Crowd(2);
        ulong limit = ((ulong)LimitBench.Draft(both).Gas - missing) * 2;

        Assert.That(Check(A.Ceiling(blockGasLimit: limit), LimitBench.Draft(both[0]), both[1]) is null, Is.EqualTo(fits));
    }

    [TestCase(0UL, null)]
    [TestCase(1UL, "this chain allows")]
    public void EIP_7825_an_operation_above_the_share_still_goes_alone_as_long_as_it_fits(ulong missing, string? reason)
    {
        MempoolEntry large = LimitBench.Crowd(1)[0];
        ulong needed = (ulong)LimitBench.Draft(large).Gas;

        Assert.That(Check(A.Ceiling(needed - missing), LimitBench.Draft(), large), reason is null ? Is.Null : Does.Contain(reason));
    }

    private static string? Check(GasCeiling ceiling, BundleDraft draft, MempoolEntry next) =>
        new GasBudget(ceiling, Options.Create(new BundlingOptions { GasLimitPercent = 50 })).Check(draft, next);
}
