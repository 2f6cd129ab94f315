using Bundler.Engine.Validation.Erc7562;
using Bundler.Erc4337.EntryPoints;

namespace Bundler.ChainTests.Spec;

/// <summary>Every case of the catalog over every EntryPoint that knows such operations.</summary>
internal sealed class SpecTests
{
    public static IEnumerable<TestCaseData> Cases() =>
        from version in Enum.GetValues<EntryPointVersion>()
        from @case in SpecCatalog.All
        where version >= @case.Since
        select new TestCaseData(@case, version).SetName($"{{m}}.{@case.Name}({version})");

    [TestCaseSource(nameof(Cases))]
    public async Task Case(SpecCase @case, EntryPointVersion version)
    {
        string? difference = await @case.DifferenceAsync(SpecChain.Stage(version), RuleSet.All);

        SpecChain.Report.Ran(@case.Rule, @case.Name, version, difference is null);
        Assert.That(difference, Is.Null);
    }
}
