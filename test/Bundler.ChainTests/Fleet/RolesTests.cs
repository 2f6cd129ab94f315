using System.Text.Json;
using Bundler.ChainTests.Faults;
using Bundler.Rpc.JsonRpc;
using Bundler.Testing;

namespace Bundler.ChainTests.Fleet;

/// <summary>Nodes that do a part of the work.</summary>
public sealed class RolesTests
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
    public async Task A_node_that_only_serves_has_no_keys_takes_no_duty_and_answers_what_another_has_included()
    {
        using Traffic traffic = await Traffic.BeginAsync(_anvil);
        NodeProcess worker = await _fleet.StartAsync("worker");
        NodeProcess server = await _fleet.StartAsync("server", "--Bundler:Node:Roles=rpc");
        await traffic.SendAsync(worker);
        await traffic.IncludedAsync(worker);

        await traffic.IncludedAsync(server);

        Assert.That(await FleetRig.DutiesAsync(worker, "server"), Is.Empty);
        Assert.That((await server.ReadinessAsync()).Body.GetProperty("checks").GetProperty("signers").GetProperty("detail").GetString(), Does.Contain("no keys"));
        JsonElement commanded = await server.CallAsync("debug_bundler_sendBundleNow");
        Assert.That($"{commanded}", Does.Contain($"{RpcErrorCode.Elsewhere}").And.Contains("the node worker builds the bundles"));
        await worker.KillAsync();
        await Eventually.Async(async () => (await FleetRig.DutiesAsync(server, "worker")).Count == 0, _deadline, "the worker's duties are over");
        Assert.That(await FleetRig.DutiesAsync(server, "server"), Is.Empty, "nobody else does its work");
        await AssertNobodyBuildsAsync(server, traffic);
    }

    /// <summary>What waits has that reason, and operators see since when.</summary>
    private static async Task AssertNobodyBuildsAsync(NodeProcess server, Traffic traffic)
    {
        await traffic.SendAsync(server, 1);
        JsonElement standing = await server.RpcAsync("bundler_getUserOperationStatus", traffic.Accepted[^1]);
        JsonElement checks = (await server.ReadinessAsync()).Body.GetProperty("checks");
        (_, string nodes) = await server.GetOperatorsAsync("/nodes");

        Assert.That(standing.GetProperty("reason").GetString(), Does.StartWith("nobody builds bundles of its EntryPoint since "));
        Assert.That($"{checks.GetProperty("duties")}", Does.Contain("nobody has builder:"));
        Assert.That($"{checks.GetProperty("index")}", Does.Contain("nobody follows the chain since "));
        Assert.That(
            JsonDocument.Parse(nodes).RootElement.GetProperty("vacant").EnumerateArray().Select(vacancy => vacancy.GetProperty("name").GetString()),
            Has.Member("index").And.Some.StartsWith("builder:"));
    }

    [TestCase("rpc", "leaves out bundle, index")]
    [TestCase("rpc, bundle, indx", "must be one or more of rpc, bundle, sponsor, index")]
    public async Task A_node_with_a_database_of_its_own_says_what_nobody_would_do(string roles, string finding)
    {
        (int code, string output) = await NodeProcess.RunAsync(["--rpc-url", _anvil.Url.ToString(), "--port", "0", "--data-dir", Path.Combine(Path.GetTempPath(), "bundler-roles"), $"--Bundler:Node:Roles={roles}"]);

        Assert.That((code, output), Is.EqualTo((1, output)));
        Assert.That(output, Does.Contain(finding));
    }
}
