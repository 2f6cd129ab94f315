using Bundler.Engine.Validation;
using Bundler.Engine.Validation.Erc7562;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;

namespace Bundler.ChainTests.Spec;

/// <summary>LIM-030 for paymasters: since v0.7 the EntryPoint asks for more than the slack itself (decision 0005).</summary>
[TestFixture(EntryPointVersion.V07)]
[TestFixture(EntryPointVersion.V08)]
[TestFixture(EntryPointVersion.V09)]
internal sealed class PaymasterSlackTests(EntryPointVersion version) : SpecChainTests(version)
{
    [Test]
    public async Task LIM_030_the_least_limit_that_the_EntryPoint_takes_leaves_the_slack()
    {
        SpecStage stage = Stage;
        UserOperation operation = stage.Sponsored(stage.Paymaster);
        ulong used = (await stage.MeasureAsync(operation)).PaymasterVerificationGasUsed;
        RuleSet rules = RuleSet.Without(Erc7562Rule.Lim030);
        ulong refused = used;
        ulong taken = used + 20_000;
        while (taken - refused > 1)
        {
            ulong middle = (refused + taken) / 2;
            if (await stage.ValidateAsync(With(operation, middle), rules) is null)
            {
                taken = middle;
            }
            else
            {
                refused = middle;
            }
        }

        Rejection? below = await stage.ValidateAsync(With(operation, refused), RuleSet.All);
        Rejection? least = await stage.ValidateAsync(With(operation, taken), RuleSet.All);

        Assert.That(below, Is.TypeOf<Rejection.RejectedByPaymaster>().With.Property("Message").StartsWith("AA36"));
        Assert.That(least, Is.Null);
        Assert.That(taken - used, Is.GreaterThanOrEqualTo(new ValidationOptions().ValidationGasSlack));
    }

    private static UserOperation With(UserOperation operation, ulong limit) => operation with { PaymasterVerificationGasLimit = (UInt256)limit };
}
