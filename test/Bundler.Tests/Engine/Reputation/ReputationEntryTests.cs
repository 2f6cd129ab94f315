using Bundler.Engine.Reputation;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Reputation;

public sealed class ReputationEntryTests
{
    private static readonly ReputationConstants _constants = new();

    [TestCase(0UL, 0UL, ReputationStatus.Ok)]
    [TestCase(109UL, 0UL, ReputationStatus.Ok)]
    [TestCase(110UL, 0UL, ReputationStatus.Throttled)]
    [TestCase(110UL, 1UL, ReputationStatus.Ok)]
    [TestCase(509UL, 0UL, ReputationStatus.Throttled)]
    [TestCase(510UL, 0UL, ReputationStatus.Banned)]
    [TestCase(510UL, 1UL, ReputationStatus.Throttled)]
    [TestCase(10_000UL, 0UL, ReputationStatus.Banned)]
    public void The_status_follows_the_formula(ulong seen, ulong included, ReputationStatus expected) =>
        Assert.That(new ReputationEntry(A.Paymaster, seen, included).Status(_constants), Is.EqualTo(expected));

    [Test]
    public void An_hour_takes_a_twenty_fourth_of_both_counters() =>
        Assert.That(new ReputationEntry(A.Paymaster, 240, 24).Decayed(), Is.EqualTo(new ReputationEntry(A.Paymaster, 230, 23)));

    [TestCase(0UL, 0UL, 10UL)]
    [TestCase(10UL, 10UL, 20UL)]
    [TestCase(10UL, 5UL, 12UL)]
    [TestCase(100UL, 0UL, 10UL)]
    [TestCase(40_000UL, 20_000UL, 5_010UL)]
    public void UREP_020_the_allowance_is_ten_and_the_inclusion_rate_times_what_was_included(ulong seen, ulong included, ulong allowed) =>
        Assert.That(new ReputationEntry(A.Paymaster, seen, included).UnstakedAllowance(_constants), Is.EqualTo(allowed));
}
