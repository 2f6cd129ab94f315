using Bundler.Engine.Admission;
using Bundler.Engine.Chain;
using Bundler.Engine.Gas;
using Bundler.Engine.Reputation;
using Bundler.Ethereum.Client;
using Bundler.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Bundler.Tests.Engine.Admission;

public sealed class AdmissionRulesTests
{
    [Test]
    public void The_order_of_the_rules_is_the_policy()
    {
        using ServiceProvider services = new ServiceCollection()
            .AddOptions()
            .AddSingleton(A.Chain)
            .AddSingleton(new ReputationLedger(new MemoryReputationStore(), new ReputationConstants(), ReputationLists.None))
            .AddSingleton<StakePolicy>()
            .AddSingleton<PreVerificationGasPolicy>()
            .AddSingleton(new EthClient(new FakeNode()))
            .AddSingleton<HeadFeed>()
            .AddSingleton<GasCeiling>()
            .AddSingleton(TimeProvider.System)
            .AddSingleton<PriceFloor>()
            .AddSingleton<FeeOracle>()
            .BuildServiceProvider();

        AdmissionRules rules = new(services);

        IEnumerable<IAdmissionRule> all = [.. rules.OfTheOperation, .. rules.OfTheChain, .. rules.OfThePool, .. rules.AfterValidation];
        Assert.That(all.Select(rule => rule.GetType().Name), Is.EqualTo(new[]
        {
            "FieldsWellFormed",
            "SizeWithinLimit",
            "GasLimitsWithinBounds",
            "AuthorizationWellFormed",
            "FitsTheBlock",
            "PreVerificationGasCovers",
            "FeesAcceptable",
            "DelegationsTaken",
            "AuthorizationFresh",
            "NotAlreadyKnown",
            "EntitiesInGoodStanding",
            "ReplacementPaysMore",
            "NonceFits",
            "UnstakedLimits",
            "PaymasterCanPay",
            "RolesNotMixed",
            "OneDelegatePerSender",
            "FitsTheBlock",
            "PreVerificationGasStillCovers",
        }));
    }
}
