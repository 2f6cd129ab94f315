using Bundler.Engine.Bundling.Limits;
using Bundler.Engine.Gas;
using Bundler.Engine.Pool;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Bundling.Limits;

public sealed class DoubtfulQuotaTests
{
    private static readonly Coverage _short = new(900, IsAsAsked: false);

    [Test]
    public void Whoever_offers_what_is_asked_fits_beside_any_number() => Assert.That(Check(Doubtful(50), LimitBench.Crowd(51)[50]), Is.Null);

    [TestCase(7, true)]
    [TestCase(8, false)]
    public void Eight_that_may_not_pay_are_enough(int others, bool fits) =>
        Assert.That(Check(Doubtful(others), Doubtful(others + 1)[others]), fits ? Is.Null : Does.Contain("no longer enough"));

    [Test]
    public void Of_one_entity_one_is_enough()
    {
        MempoolEntry[] sponsored = [.. Doubtful(2).Select(entry => entry with { Operation = entry.Operation with { Paymaster = A.Paymaster } })];

        Assert.That(Check([sponsored[0]], sponsored[1]), Does.Contain("no longer enough"));
    }

    private static MempoolEntry[] Doubtful(int count) => [.. LimitBench.Crowd(count).Select(entry => entry with { Coverage = _short })];

    private static string? Check(MempoolEntry[] inside, MempoolEntry next) => new DoubtfulQuota().Check(LimitBench.Draft(inside), next);
}
