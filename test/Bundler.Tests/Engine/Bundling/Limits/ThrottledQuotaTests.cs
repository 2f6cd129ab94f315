using Bundler.Engine.Bundling.Limits;
using Bundler.Engine.Pool;
using Bundler.Engine.Reputation;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Bundling.Limits;

public sealed class ThrottledQuotaTests
{
    private ReputationLedger _reputation = null!;

    [SetUp]
    public void SetUp() => _reputation = new ReputationLedger(new MemoryReputationStore(), new ReputationConstants(), ReputationLists.None);

    [Test]
    public void GREP_020_an_entity_in_good_standing_has_no_quota() => Assert.That(Check(Sponsored(5)), Is.Null);

    [TestCase(3, null)]
    [TestCase(4, "is throttled")]
    public void GREP_020_a_throttled_entity_has_four_operations_in_a_bundle(int inside, string? reason)
    {
        _reputation.Throttle(A.EntryPoint.Address, A.Paymaster);

        Assert.That(Check(Sponsored(inside)), reason is null ? Is.Null : Does.EndWith(reason));
    }

    [Test]
    public void GREP_010_a_banned_entity_has_none()
    {
        _reputation.Ban(A.EntryPoint.Address, A.Paymaster);

        Assert.That(Check([]), Is.EqualTo($"paymaster {A.Paymaster} is banned"));
    }

    [Test]
    public void GREP_010_a_banned_aggregator_has_none()
    {
        _reputation.Ban(A.EntryPoint.Address, A.Contract);
        MempoolEntry aggregated = A.Entry(A.UserOperation(), A.Validation() with { Aggregator = A.Contract });

        Assert.That(new ThrottledQuota(_reputation).Check(LimitBench.Draft(), aggregated), Is.EqualTo($"aggregator {A.Contract} is banned"));
    }

    private string? Check(MempoolEntry[] inside) => new ThrottledQuota(_reputation).Check(LimitBench.Draft(inside), Of(A.Account));

    private static MempoolEntry[] Sponsored(int count) => [.. Enumerable.Range(0, count).Select(sender => Of(A.AddressOf(sender)))];

    private static MempoolEntry Of(Address sender) => A.Entry(A.UserOperation() with { Sender = sender, Paymaster = A.Paymaster });
}
