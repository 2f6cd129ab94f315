using System.Text.Json;
using Bundler.ChainTests.Inclusion;
using Bundler.Testing;

namespace Bundler.ChainTests.Bundling;

/// <summary>A block takes an operation, and a bundle is built before the node's index has seen it.</summary>
public sealed class OvertakenOperationTests
{
    [Test]
    public async Task What_follows_it_stays_and_is_included()
    {
        await using OvertakenRig rig = await OvertakenRig.StartAsync();
        string taken = await rig.SendAsync(rig.First);
        string follower = await rig.SendAsync(rig.Second);

        rig.Chain.Fail(new ProxyFault.Stall(), "eth_getLogs");
        await rig.OvertakeAsync();
        await rig.Node.RpcAsync("debug_bundler_sendBundleNow");
        Assert.That(
            new[] { await StatusAsync(rig, taken), await StatusAsync(rig, follower) }, Has.None.EqualTo("dropped"), "neither has failed");
        rig.Chain.Heal();

        await rig.ReceiptAsync(taken);
        await Eventually.Async(
            async () =>
            {
                await rig.Node.RpcAsync("debug_bundler_sendBundleNow");
                return await StatusAsync(rig, follower) is "included" or "final";
            },
            Eventually.Patience,
            "the follower is included");
    }

    private static async Task<string?> StatusAsync(OvertakenRig rig, string userOpHash)
    {
        JsonElement status = await rig.Node.RpcAsync("bundler_getUserOperationStatus", userOpHash);
        return status.GetProperty("status").GetString();
    }
}
