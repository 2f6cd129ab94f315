using Bundler.ChainTests.Sponsoring;
using Bundler.Testing;

namespace Bundler.ChainTests.Clients;

/// <summary>Real clients, unmodified, against a node that sponsors: accounts without funds, on every EntryPoint.</summary>
public sealed class SponsoredClientTests
{
    private readonly Started _started = new();
    private SponsorStage _stage = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _stage = _started.Add(await SponsorStage.StartAsync());

    [OneTimeTearDown]
    public async Task EndAsync() => await _started.DisposeAsync();

    [TestCase("viem-sponsored.mjs", "0.6")]
    [TestCase("viem-sponsored.mjs", "0.7")]
    [TestCase("viem-sponsored.mjs", "0.8")]
    [TestCase("viem-sponsored.mjs", "0.9")]
    [TestCase("permissionless-sponsored.mjs", "0.6")]
    [TestCase("permissionless-sponsored.mjs", "0.7")]
    [TestCase("permissionless-sponsored.mjs", "0.8")]
    [TestCase("permissionless-sponsored.mjs", "0.9")]
    [TestCase("viem-parallel.mjs", "0.9")]
    public Task A_client_without_funds_gets_its_operations_into_blocks(string script, string version) => Script.RunAsync(
        $"test/Bundler.ChainTests/Clients/{script}", () => _stage.Node.Output, _stage.Node.Url.ToString(), _stage.Chain.Url.ToString(), version);
}
