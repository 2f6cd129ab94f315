using System.Collections.Concurrent;
using Bundler.ChainTests.Validation;
using Bundler.Engine.Validation;
using Bundler.Erc4337.EntryPoints;

namespace Bundler.ChainTests.Spec;

/// <summary>The one dev chain of the spec tests, with a stage for each EntryPoint. Validation changes nothing, so all cases share it.</summary>
[SetUpFixture]
[Parallelizable(ParallelScope.Self | ParallelScope.Fixtures)]
internal sealed class SpecChain
{
    private static readonly ConcurrentDictionary<EntryPointVersion, SpecStage> _stages = [];

    public static ValidationRig Rig { get; private set; } = null!;

    public static SpecReport Report { get; } = new();

    public static SpecStage Stage(EntryPointVersion version) => _stages[version];

    [OneTimeSetUp]
    public static async Task StartAsync()
    {
        ValidationOptions options = new();
        foreach (string aggregator in SpecStage.ServedAggregators().Select(address => address.ToString()))
        {
            options.AllowedAggregators.Add(aggregator);
        }

        Rig = await ValidationRig.StartAsync(options);
        foreach (EntryPointVersion version in Enum.GetValues<EntryPointVersion>())
        {
            _stages[version] = await SpecStage.SetAsync(Rig, version);
        }
    }

    [OneTimeTearDown]
    public static async Task EndAsync()
    {
        Report.Write(Environment.GetEnvironmentVariable("SPEC_REPORT"));
        await Rig.DisposeAsync();
    }
}
