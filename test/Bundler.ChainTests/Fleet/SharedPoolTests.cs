using System.Text.Json;
using Bundler.ChainTests.Faults;
using Bundler.Testing;

namespace Bundler.ChainTests.Fleet;

/// <summary>Whichever node is asked: what one was sent the others have, bundle and answer for.</summary>
public sealed class SharedPoolTests
{
    private static readonly TimeSpan _deadline = Eventually.Patience;

    private AnvilProcess _anvil = null!;
    private FleetRig _fleet = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _anvil = await AnvilProcess.StartAsync();
        _fleet = await FleetRig.CreateAsync(_anvil);
    }

    [TearDown]
    public async Task StopAsync()
    {
        await _fleet.DisposeAsync();
        await _anvil.DisposeAsync();
    }

    [Test]
    public async Task An_operation_sent_to_one_node_is_seen_at_all_bundled_by_the_builder_and_answered_for_by_all()
    {
        using Traffic traffic = await Traffic.BeginAsync(_anvil);
        NodeProcess builder = await _fleet.StartAsync("builder");
        NodeProcess front = await _fleet.StartAsync("front", "--Bundler:Node:Roles=rpc");
        NodeProcess side = await _fleet.StartAsync("side", "--Bundler:Node:Roles=rpc");
        NodeProcess[] all = [builder, front, side];
        await _anvil.RpcAsync("evm_setAutomine", false);

        await traffic.SendAsync(front, accounts: 2);

        Assert.That(traffic.Accepted, Has.Count.EqualTo(3));
        foreach (string hash in traffic.Accepted)
        {
            foreach (NodeProcess node in all)
            {
                await Eventually.Async(
                    async () => (await node.RpcAsync("eth_getUserOperationByHash", hash)).ValueKind == JsonValueKind.Object, _deadline, $"it is seen\n{node.Output}");
            }
        }

        await _anvil.RpcAsync("evm_setAutomine", true);
        await _anvil.RpcAsync("evm_mine");
        await traffic.AssertInIsOutAsync(builder);
        foreach (NodeProcess node in all)
        {
            await traffic.IncludedAsync(node);
            await Eventually.Async(
                async () => (await node.RpcAsync("debug_bundler_dumpMempool", Deployments.EntryPointV07.ToString())).GetArrayLength() == 0,
                _deadline,
                $"nothing is left in its mempool\n{node.Output}");
        }

        string[] told = [.. await Task.WhenAll(all.Select(async node => (await node.RpcAsync("bundler_getUserOperationStatus", traffic.Accepted[0])).GetRawText()))];
        Assert.That(told, Is.All.EqualTo(told[0]));
        foreach (NodeProcess node in all)
        {
            Assert.That(node.Output, Does.Not.Contain("Loaded the mempool"));
        }
    }
}
