using System.Text.Json;
using Bundler.ChainTests.Inclusion;
using Bundler.Erc4337;
using Bundler.Testing;

namespace Bundler.ChainTests.Bundling;

/// <summary>A block takes an operation, and a bundle is built before the node's index has seen it.</summary>
public sealed class OvertakenOperationTests
{
    private InclusionRig _rig = null!;

    [SetUp]
    public async Task StartAsync() => _rig = await InclusionRig.StartAsync(withNode: false);

    [TearDown]
    public async Task StopAsync() => await _rig.DisposeAsync();

    [Test]
    public async Task What_follows_it_stays_and_is_included()
    {
        await using FaultyProxy proxy = await FaultyProxy.StartAsync(_rig.Anvil.Url);
        await _rig.StartNodeAsync(proxy.Url, "--debug-api", "--bundling", "manual");
        SimpleAccountWallet wallet = await _rig.WalletAsync();
        UserOperation first = InclusionRig.Operation(wallet);
        UserOperation second = InclusionRig.Operation(wallet, operation => operation with { Nonce = 1, Factory = null, FactoryData = default });
        string taken = await _rig.SendAsync(wallet, first);
        string follower = await _rig.SendAsync(wallet, second);

        proxy.Fail(new ProxyFault.Stall(), "eth_getLogs");
        await _rig.BundleAsync(wallet.EntryPoint, null, first);
        await _rig.Node.RpcAsync("debug_bundler_sendBundleNow");
        Assert.That(
            new[] { await StatusAsync(taken), await StatusAsync(follower) }, Has.None.EqualTo("dropped"), "neither has failed");
        proxy.Heal();

        await _rig.ReceiptAsync(taken);
        await Eventually.Async(
            async () =>
            {
                await _rig.Node.RpcAsync("debug_bundler_sendBundleNow");
                return await StatusAsync(follower) is "included" or "final";
            },
            TimeSpan.FromSeconds(30),
            "the follower is included");
    }

    private async Task<string?> StatusAsync(string userOpHash)
    {
        JsonElement status = await _rig.Node.RpcAsync("bundler_getUserOperationStatus", userOpHash);
        return status.GetProperty("status").GetString();
    }
}
