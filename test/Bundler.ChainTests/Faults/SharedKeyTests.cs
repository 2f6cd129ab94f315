using System.Text.Json;
using Bundler.Testing;

namespace Bundler.ChainTests.Faults;

/// <summary>Two nodes by mistake on one key: one of them notices, tells, and waits; nothing is lost or doubled.</summary>
public sealed class SharedKeyTests
{
    private const string Told = "was used by a transaction that this node did not sign";
    private static readonly TimeSpan _deadline = Eventually.Patience;

    private AnvilProcess _anvil = null!;

    [SetUp]
    public async Task StartChainAsync() => _anvil = await AnvilProcess.StartAsync(new AnvilOptions { BlockTimeSeconds = 0.5 });

    [TearDown]
    public async Task StopChainAsync() => await _anvil.DisposeAsync();

    [Test]
    public async Task Two_nodes_with_one_key_include_all_operations_of_both_once_and_tell_the_operator()
    {
        using Traffic ofFirst = await Traffic.BeginAsync(_anvil);
        using Traffic ofSecond = await Traffic.BeginAsync(_anvil);
        await using NodeProcess first = await StartAsync();
        await using NodeProcess second = await StartAsync();

        // Both at once, again and again: their first bundles have the same nonce.
        for (int round = 0; round < 3; round++)
        {
            await Task.WhenAll(ofFirst.SendAsync(first), ofSecond.SendAsync(second));
        }

        await ofFirst.AssertInIsOutAsync(first);
        await ofSecond.AssertInIsOutAsync(second);
        await Eventually.Async(
            () => first.Output.Contains(Told, StringComparison.Ordinal) || second.Output.Contains(Told, StringComparison.Ordinal), _deadline, "one of them tells");
    }

    [Test]
    public async Task The_node_that_does_nothing_sees_the_other_and_is_not_ready_until_it_is_quiet()
    {
        using Traffic traffic = await Traffic.BeginAsync(_anvil);
        await using NodeProcess idle = await StartAsync();
        await using NodeProcess busy = await StartAsync();

        await traffic.SendAsync(busy);
        await Eventually.Async(async () => await StateAsync(idle) == "shared", _deadline, $"it sees a transaction that it did not sign\n{idle.Output}");
        (int status, JsonElement health) = await idle.ReadinessAsync();
        await Eventually.Async(() => idle.Output.Contains(Told, StringComparison.Ordinal), _deadline, "it tells");
        Assert.That(status, Is.EqualTo(503), health.ToString());
        await Eventually.Async(async () => await StateAsync(idle) == "ready", _deadline, $"the other one is quiet\n{idle.Output}");

        await traffic.AssertInIsOutAsync(busy);
        Assert.That(busy.Output, Does.Not.Contain(Told));
    }

    private Task<NodeProcess> StartAsync() => NodeProcess.StartAsync(
        _anvil.Url, "--debug-api", "--Bundler:Submission:ForeignQuietSeconds=2", "--Bundler:Submission:SignerRefreshSeconds=1");

    private static async Task<string?> StateAsync(NodeProcess node)
    {
        (int _, JsonElement health) = await node.ReadinessAsync();
        return health.GetProperty("checks").GetProperty("signers").GetProperty("data")[0].GetProperty("state").GetString();
    }
}
