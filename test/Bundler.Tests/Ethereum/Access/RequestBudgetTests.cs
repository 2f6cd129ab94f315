using Bundler.Ethereum.Access;
using Bundler.Testing;

namespace Bundler.Tests.Ethereum.Access;

public sealed class RequestBudgetTests
{
    [Test]
    public void Holds_one_second_and_then_makes_wait()
    {
        ManualTimeProvider clock = new();
        RequestBudget budget = new(10, clock);

        Assert.That(budget.Take(10), Is.EqualTo(TimeSpan.Zero));
        Assert.That(budget.HasRoom(), Is.False);
        Assert.That(budget.Take(5).TotalSeconds, Is.EqualTo(0.5).Within(1e-6));

        clock.Advance(TimeSpan.FromSeconds(0.7));
        Assert.That(budget.HasRoom(), Is.True);
        Assert.That(budget.Take(2), Is.EqualTo(TimeSpan.Zero));
    }

    [Test]
    public void Zero_is_no_limit()
    {
        RequestBudget budget = new(0, new ManualTimeProvider());

        Assert.That(budget.Take(1_000_000), Is.EqualTo(TimeSpan.Zero));
        Assert.That(budget.HasRoom(), Is.True);
    }
}
