using System.Text.Json;
using Bundler.Testing;

namespace Bundler.ChainTests.Faults;

/// <summary>SIGTERM drains: nothing new is taken, what is in flight is recorded, and within 10 s the node has ended in peace.</summary>
public sealed class TerminationTests
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _deadline = Eventually.Patience;

    private AnvilProcess _anvil = null!;

    [OneTimeSetUp]
    public async Task StartChainAsync() => _anvil = await AnvilProcess.StartAsync();

    [OneTimeTearDown]
    public async Task StopChainAsync() => await _anvil.DisposeAsync();

    [Test]
    public async Task A_node_with_operations_on_their_way_ends_within_10_s_and_the_next_life_includes_them()
    {
        using Traffic traffic = await Traffic.BeginAsync(_anvil);
        await using NodeProcess node = await NodeProcess.StartAsync(_anvil.Url, "--debug-api");
        await _anvil.RpcAsync("evm_setAutomine", false);
        Task sending = traffic.SendAsync(node, accounts: 8);
        await Eventually.Async(() => traffic.Accepted.Count > 0, _deadline, "some are accepted");
        long began = TimeProvider.System.GetTimestamp();
        int code = await node.StopAsync();
        TimeSpan took = TimeProvider.System.GetElapsedTime(began);
        await sending;
        await _anvil.RpcAsync("evm_setAutomine", true);

        Assert.That(code, Is.Zero, node.Output);
        Assert.That(took, Is.LessThan(_limit));
        await using NodeProcess next = await node.RestartAsync();
        await _anvil.RpcAsync("evm_mine");
        await traffic.AssertInIsOutAsync(next);
    }

    [Test]
    public async Task While_it_drains_it_is_not_ready_refuses_operations_and_still_answers()
    {
        using Traffic traffic = await Traffic.BeginAsync(_anvil);
        await using FaultyProxy proxy = await FaultyProxy.StartAsync(_anvil.Url);
        await using NodeProcess node = await NodeProcess.StartAsync(proxy.Url, "--debug-api");
        SimpleAccountWallet[] refused = await traffic.FundAsync(1);

        // A bundle that cannot be handed over keeps it draining.
        proxy.Fail(new ProxyFault.Stall(), "eth_sendRawTransaction");
        await traffic.SendAsync(node);
        await Eventually.Async(() => proxy.CountOf("eth_sendRawTransaction") > 0, _deadline, "a bundle is being sent");
        long began = TimeProvider.System.GetTimestamp();
        Task<int> stopping = node.StopAsync();
        JsonElement health = default;
        await Eventually.Async(async () => (health = (await node.ReadinessAsync()).Body).GetProperty("status").GetString() == "notReady", _deadline, "not ready");
        JsonElement answer = await node.OfferAsync(refused[0].EntryPoint, refused[0].Signed());
        JsonElement chain = await node.RpcAsync("eth_chainId");
        int code = await stopping;
        TimeSpan took = TimeProvider.System.GetElapsedTime(began);

        Assert.That(health.GetProperty("checks").GetProperty("accepting").GetProperty("ok").GetBoolean(), Is.False, health.ToString());
        Assert.That(answer.GetProperty("error").GetProperty("code").GetInt32(), Is.EqualTo(-32000));
        Assert.That(answer.GetProperty("error").GetProperty("message").GetString(), Is.EqualTo("the node is shutting down and takes no operations"));
        Assert.That(chain.GetString(), Is.EqualTo("0x539"));
        Assert.That(code, Is.Zero, node.Output);
        Assert.That(took, Is.LessThan(_limit));
        proxy.Heal();
        await using NodeProcess next = await node.RestartAsync();
        await traffic.AssertInIsOutAsync(next);
    }

    [Test]
    public async Task Not_even_an_Ethereum_node_that_hangs_keeps_it_from_ending()
    {
        using Traffic traffic = await Traffic.BeginAsync(_anvil);
        await using FaultyProxy proxy = await FaultyProxy.StartAsync(_anvil.Url);
        await using NodeProcess node = await NodeProcess.StartAsync(proxy.Url, "--debug-api");
        await traffic.SendAsync(node);
        SimpleAccountWallet[] during = await traffic.FundAsync(2);
        int answered = proxy.Total;
        proxy.Fail(new ProxyFault.Stall());
        Task late = traffic.SendFromAsync(node, during);
        await Eventually.Async(() => proxy.Total > answered + 2, _deadline, "requests hang");
        long began = TimeProvider.System.GetTimestamp();
        int code = await node.StopAsync();
        TimeSpan took = TimeProvider.System.GetElapsedTime(began);
        TestContext.Out.WriteLine($"ended after {took.TotalSeconds:0.0} s");
        await late;

        Assert.That(code, Is.Zero, node.Output);
        Assert.That(took, Is.LessThan(_limit));
        proxy.Heal();
        await using NodeProcess next = await node.RestartAsync();
        await traffic.AssertInIsOutAsync(next);
    }
}
