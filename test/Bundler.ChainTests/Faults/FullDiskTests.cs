using System.Text.Json;
using Bundler.Testing;

namespace Bundler.ChainTests.Faults;

/// <summary>No space left on the device: what cannot be stored is refused in words, what was accepted is kept, and work goes on when there is room.</summary>
public sealed class FullDiskTests
{
    private static readonly TimeSpan _deadline = Eventually.Patience;

    private AnvilProcess _anvil = null!;
    private SmallDisk _disk = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _disk = await SmallDisk.TryMountAsync(megabytes: 8) ?? throw new IgnoreException("mounting a small disk is not allowed here");
        _anvil = await AnvilProcess.StartAsync();
    }

    [TearDown]
    public async Task EndAsync()
    {
        if (_anvil is not null)
        {
            await _anvil.DisposeAsync();
        }

        if (_disk is not null)
        {
            await _disk.DisposeAsync();
        }
    }

    [Test]
    public async Task Operations_are_refused_while_the_disk_is_full_and_none_that_was_accepted_is_lost()
    {
        using Traffic traffic = await Traffic.BeginAsync(_anvil);
        await using NodeProcess node = await StartNodeAsync();
        SimpleAccountWallet[] during = await traffic.FundAsync(2);
        await _anvil.RpcAsync("evm_setAutomine", false);
        await traffic.SendAsync(node);
        _disk.Fill();

        JsonElement answer = await node.OfferAsync(during[1].EntryPoint, during[1].Signed());
        Assert.That(answer.GetProperty("error").GetProperty("code").GetInt32(), Is.EqualTo(-32000), answer.ToString());
        Assert.That(answer.GetProperty("error").GetProperty("message").GetString(), Is.EqualTo("the storage is unavailable, try again"));
        (int status, JsonElement health) = await node.ReadinessAsync();
        Assert.That(status, Is.EqualTo(503));
        Assert.That(health.GetProperty("checks").GetProperty("storage").GetProperty("ok").GetBoolean(), Is.False, health.ToString());

        // Bundles are mined and operations keep coming while nothing can be written.
        int before = traffic.Accepted.Count;
        await traffic.SendFromAsync(node, during);
        Assert.That(traffic.Accepted, Has.Count.EqualTo(before), "nothing is accepted that is not stored");
        await _anvil.RpcAsync("evm_setAutomine", true);
        await _anvil.RpcAsync("evm_mine");
        _disk.Free();

        await Eventually.Async(async () => (await node.ReadinessAsync()).Status == 200, _deadline, $"it is ready by itself\n{node.Output}");
        await traffic.AssertInIsOutAsync(node);
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_node_with_a_full_disk_ends_or_is_killed_and_the_next_life_goes_on(bool isTold)
    {
        using Traffic traffic = await Traffic.BeginAsync(_anvil);
        await using NodeProcess node = await StartNodeAsync();
        await _anvil.RpcAsync("evm_setAutomine", false);
        await traffic.SendAsync(node);
        _disk.Fill();
        await _anvil.RpcAsync("evm_setAutomine", true);
        await _anvil.RpcAsync("evm_mine");
        await Eventually.Async(async () => (await node.ReadinessAsync()).Status == 503, _deadline, "the disk's fault is seen");

        if (isTold)
        {
            Assert.That(await node.StopAsync(), Is.Zero, node.Output);
        }
        else
        {
            await node.KillAsync();
        }

        _disk.Free();
        await using NodeProcess next = await node.RestartAsync();
        await traffic.AssertInIsOutAsync(next);
    }

    private Task<NodeProcess> StartNodeAsync() => NodeProcess.StartOnAsync(_disk.Folder, _anvil.Url, "--debug-api", "--Bundler:Storage:MinFreeMegabytes=1");
}
