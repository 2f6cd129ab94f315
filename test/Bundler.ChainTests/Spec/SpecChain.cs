using Bundler.ChainTests.Validation;
using Bundler.Engine.Validation;
using Bundler.Erc4337.EntryPoints;

namespace Bundler.ChainTests.Spec;

/// <summary>The dev chain of one fixture of the spec tests, with a stage for each EntryPoint: others change codes, send by the same account and make blocks.</summary>
internal sealed class SpecChain : IAsyncDisposable
{
    private readonly Dictionary<EntryPointVersion, SpecStage> _stages = [];

    private SpecChain(ValidationRig rig) => Rig = rig;

    public ValidationRig Rig { get; }

    /// <summary>Of all fixtures of a run.</summary>
    public static SpecReport Report { get; } = new();

    public static async Task<SpecChain> StartAsync(params IReadOnlyList<EntryPointVersion> versions)
    {
        ValidationOptions options = new();
        foreach (string aggregator in SpecStage.ServedAggregators().Select(address => address.ToString()))
        {
            options.AllowedAggregators.Add(aggregator);
        }

        SpecChain chain = new(await ValidationRig.StartAsync(options));
        foreach (EntryPointVersion version in versions)
        {
            chain._stages[version] = await SpecStage.SetAsync(chain.Rig, version);
        }

        return chain;
    }

    public SpecStage Stage(EntryPointVersion version) => _stages[version];

    public ValueTask DisposeAsync() => Rig.DisposeAsync();
}
