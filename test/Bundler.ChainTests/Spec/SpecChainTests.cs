using Bundler.Erc4337.EntryPoints;

namespace Bundler.ChainTests.Spec;

/// <summary>A fixture with a <see cref="SpecChain"/> to itself, for one EntryPoint or for all.</summary>
internal abstract class SpecChainTests(EntryPointVersion? version = null)
{
    protected SpecChain Chain { get; private set; } = null!;

    /// <summary>Of a fixture for one EntryPoint.</summary>
    protected EntryPointVersion Version => version!.Value;

    protected SpecStage Stage => Chain.Stage(Version);

    [OneTimeSetUp]
    public async Task StartChainAsync() => Chain = await SpecChain.StartAsync(version is { } one ? [one] : Enum.GetValues<EntryPointVersion>());

    [OneTimeTearDown]
    public async Task EndChainAsync() => await Chain.DisposeAsync();
}
