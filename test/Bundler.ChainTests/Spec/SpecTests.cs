using Bundler.Engine.Validation.Erc7562;
using Bundler.Erc4337.EntryPoints;

namespace Bundler.ChainTests.Spec;

/// <summary>Every case of the catalog over every EntryPoint that knows such operations.</summary>
[TestFixture(EntryPointVersion.V06)]
[TestFixture(EntryPointVersion.V07)]
[TestFixture(EntryPointVersion.V08)]
[TestFixture(EntryPointVersion.V09)]
internal sealed class SpecTests(EntryPointVersion version) : SpecChainTests(version)
{
    [SpecCases]
    public async Task Case(SpecCase @case)
    {
        string? difference = await @case.DifferenceAsync(Stage, RuleSet.All);

        SpecChain.Report.Ran(@case.Rule, @case.Name, Version, difference is null);
        Assert.That(difference, Is.Null);
    }
}
