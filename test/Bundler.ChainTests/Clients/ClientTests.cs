using Bundler.Testing;

namespace Bundler.ChainTests.Clients;

/// <summary>Real clients, unmodified, against the running node: each script beside this file asserts for itself and ends with 0.</summary>
public sealed class ClientTests
{
    private readonly Started _started = new();
    private AnvilProcess _anvil = null!;
    private NodeProcess _node = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _anvil = _started.Add(await AnvilProcess.StartAsync(new AnvilOptions { BlockTimeSeconds = 0.5 }));
        _node = _started.Add(await NodeProcess.StartAsync(_anvil.Url));
    }

    [OneTimeTearDown]
    public async Task EndAsync() => await _started.DisposeAsync();

    [TestCase("viem-simple-account.mjs", "0.6")]
    [TestCase("viem-simple-account.mjs", "0.7")]
    [TestCase("viem-simple-account.mjs", "0.8")]
    [TestCase("viem-7702.mjs", "0.8")]
    [TestCase("permissionless-smart-account-client.mjs", "0.6")]
    [TestCase("permissionless-smart-account-client.mjs", "0.7")]
    [TestCase("permissionless-smart-account-client.mjs", "0.8")]
    [TestCase("permissionless-safe.mjs", "0.7")]
    [TestCase("permissionless-pimlico.mjs", "0.7")]
    public Task A_client_gets_its_operations_into_blocks(string script, string version) => Script.RunAsync(
        $"test/Bundler.ChainTests/Clients/{script}", () => _node.Output, _node.Url.ToString(), _anvil.Url.ToString(), version);
}
