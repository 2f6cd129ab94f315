using Bundler.Engine;
using Bundler.Engine.Bundling.Choosing;
using Bundler.Engine.Bundling.Money;
using Bundler.Engine.Bundling.Pace;
using Bundler.Engine.Chain;
using Bundler.Engine.Gas;
using Bundler.Engine.Pool;
using Bundler.Engine.Reputation;
using Bundler.Testing;
using Bundler.Tests.Engine.Bundling.Limits;
using Microsoft.Extensions.DependencyInjection;

namespace Bundler.Tests.Engine.Bundling;

public sealed class BundleLimitsTests
{
    private ServiceProvider _services = null!;

    [SetUp]
    public void SetUp() => _services = new ServiceCollection()
        .AddOptions()
        .AddSingleton(new WaitingForFees(TimeProvider.System))
        .AddSingleton(new WaitingForHead())
        .AddSingleton(new HeadFeed())
        .AddSingleton<GasCeiling>()
        .AddSingleton(TimeProvider.System)
        .AddSingleton(new StakePolicy(A.Chain))
        .AddSingleton(new RiskPurse(A.Chain, new MemoryLedgerStore(), neverReverts: true))
        .AddSingleton<TrackRecord>()
        .AddSingleton<RiskWatch>()
        .AddSingleton<EngineMetrics>()
        .AddLogging()
        .AddSingleton(A.Chain)
        .AddSingleton<StakePolicy>()
        .AddSingleton(new ReputationLedger(new MemoryReputationStore(), new ReputationConstants(), ReputationLists.None))
        .BuildServiceProvider();

    [TearDown]
    public void TearDown() => _services.Dispose();

    [Test]
    public void An_ordinary_operation_fits() =>
        Assert.That(new BundleLimits(_services).Check(LimitBench.Draft(LimitBench.Crowd(3)), A.Entry(A.UserOperation())), Is.Null);

    [Test]
    public void The_first_limit_in_the_list_gives_the_reason()
    {
        MempoolEntry next = A.Entry(A.UserOperation() with { Sender = A.AddressOf(0), MaxPriorityFeePerGas = 0 });

        Assert.That(new BundleLimits(_services).Check(LimitBench.Draft(LimitBench.Crowd(1)), next), Is.EqualTo("the tip is below the chain's floor"));
    }
}
