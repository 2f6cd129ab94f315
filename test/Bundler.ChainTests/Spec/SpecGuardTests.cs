using Bundler.Engine.Validation.Erc7562;
using Bundler.Erc4337.EntryPoints;

namespace Bundler.ChainTests.Spec;

/// <summary>Each rule is guarded: taken away, at least one of its cases comes out otherwise.</summary>
internal sealed class SpecGuardTests : SpecChainTests
{
    public static IEnumerable<string> Rules() => SpecCatalog.All.Select(@case => @case.Rule).Distinct();

    [TestCaseSource(nameof(Rules))]
    public async Task A_rule_that_is_taken_away_is_missed(string rule)
    {
        List<string> noticed = [];
        int cases = 0;
        RuleSet without = RuleSet.Without(rule);
        foreach (EntryPointVersion version in Enum.GetValues<EntryPointVersion>())
        {
            foreach (SpecCase @case in SpecCatalog.All.Where(each => each.Rule == rule && version >= each.Since))
            {
                cases++;
                if (await @case.DifferenceAsync(Chain.Stage(version), without) is not null)
                {
                    noticed.Add(@case.Name);
                }

                if (noticed.Count > 0 && !SpecReport.TriesAll)
                {
                    return;
                }
            }
        }

        SpecChain.Report.Guarded(rule, noticed.Count, cases, noticed.FirstOrDefault("none"));
        Assert.That(noticed, Is.Not.Empty, "no case notices that the rule is gone");
    }
}
