using Bundler.ChainTests.Faults;
using Bundler.Testing;

namespace Bundler.ChainTests.Fleet;

/// <summary>Duties go from one node to another, whether it stops, drains, dies or stands still; nothing is lost or doubled.</summary>
public sealed class HandoverTests
{
    private const int Duties = 4;

    private static readonly string[] Sending = ["A node took", "A node refused", "Signed 0x", "Replaced 0x", "No node answered"];

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
    public async Task The_first_node_has_every_duty_and_leaves_them_to_the_second_at_once_when_it_stops()
    {
        NodeProcess first = await _fleet.StartAsync("first", "--Bundler:Node:LeaseMilliseconds=60000");
        long number = await HasAllAsync(first, "first");
        NodeProcess second = await _fleet.StartAsync("second", "--Bundler:Node:LeaseMilliseconds=60000");
        Assert.That(await FleetRig.DutiesAsync(second, "second"), Is.Empty);

        await first.StopAsync();

        Assert.That(await HasAllAsync(second, "second"), Is.GreaterThan(number));
        Assert.That(await FleetRig.NodeAsync(second, "first"), Is.EqualTo(default(System.Text.Json.JsonElement)), "it has said good-bye");
    }

    [Test]
    public async Task A_drained_node_takes_nothing_finishes_and_hands_over_while_it_still_answers()
    {
        using Traffic traffic = await Traffic.BeginAsync(_anvil);
        NodeProcess first = await _fleet.StartAsync("first", "--Bundler:Node:LeaseMilliseconds=60000");
        long number = await HasAllAsync(first, "first");
        await traffic.SendAsync(first);
        await traffic.AssertInIsOutAsync(first);
        NodeProcess second = await _fleet.StartAsync("second", "--Bundler:Node:LeaseMilliseconds=60000");

        (int status, _) = await second.PostOperatorsAsync("/nodes/first/drain");

        Assert.That(status, Is.EqualTo(202));
        Assert.That(await HasAllAsync(second, "second"), Is.GreaterThan(number));
        Assert.That((await FleetRig.NodeAsync(first, "first")).GetProperty("state").GetString(), Is.EqualTo("draining"));
        Assert.That((await first.ReadinessAsync()).Status, Is.EqualTo(503));
        await traffic.IncludedAsync(first);
        await traffic.SendAsync(second);
        await traffic.AssertInIsOutAsync(second);
        await traffic.IncludedAsync(first);
    }

    /// <summary>No block comes while the first node stands still: its bundle is in flight, and the second goes on with it.</summary>
    [Test]
    public async Task A_node_that_stood_still_for_longer_than_its_lease_sends_nothing_when_it_goes_on()
    {
        string[] eager = ["--Bundler:Submission:ReplaceAfterSeconds=1", "--Bundler:Submission:ReplaceAfterBlockTimes=0"];
        using Traffic traffic = await Traffic.BeginAsync(_anvil);
        NodeProcess first = await _fleet.StartAsync("first", eager);
        long number = await HasAllAsync(first, "first");
        await _anvil.RpcAsync("evm_setAutomine", false);
        await traffic.SendAsync(first, accounts: 1);
        await Eventually.Async(() => first.Output.Contains("A node took", StringComparison.Ordinal), _deadline, $"its bundle is in flight\n{first.Output}");
        NodeProcess second = await _fleet.StartAsync("second", eager);

        await first.PauseAsync();
        Assert.That(await HasAllAsync(second, "second"), Is.GreaterThan(number));
        await Eventually.Async(
            () => second.Output.Contains("Found bundle", StringComparison.Ordinal) && second.Output.Contains("A node took", StringComparison.Ordinal),
            _deadline,
            $"the second goes on with the first one's bundle\n{second.Output}");
        string last = first.Output.Split(Environment.NewLine)[^1];
        await first.ContinueAsync();
        await Eventually.Async(
            () => Since(first, last).Any(line => line.Contains("Lost signer:", StringComparison.Ordinal)), _deadline, $"the first has noticed\n{first.Output}");
        await _anvil.RpcAsync("evm_setAutomine", true);
        await _anvil.RpcAsync("evm_mine");

        await traffic.AssertInIsOutAsync(second);
        await traffic.IncludedAsync(first);
        Assert.That(Since(first, last).Where(line => Sending.Any(sent => line.Contains(sent, StringComparison.Ordinal))), Is.Empty);

        Assert.That(second.Output, Does.Not.Contain("did not sign"), "what the first has sent is nobody's foreign doing");
        Assert.That((await first.GetOperatorsAsync("/metrics")).Body, Does.Contain("bundler_leases_lost_total"));
    }

    // A copied configuration, or a replacement that starts before the node it replaces has ended.
    [Test]
    public async Task A_second_process_by_the_same_id_takes_over_and_the_first_is_told()
    {
        using Traffic traffic = await Traffic.BeginAsync(_anvil);
        NodeProcess first = await _fleet.StartAsync("twin");
        long number = await HasAllAsync(first, "twin");

        NodeProcess second = await _fleet.StartAsync("twin");

        Assert.That(await HasAllAsync(second, "twin"), Is.GreaterThan(number));
        await Eventually.Async(() => first.Output.Contains("an id is for one process at a time", StringComparison.Ordinal), _deadline, $"the first is told\n{first.Output}");
        await traffic.SendAsync(first);
        await traffic.AssertInIsOutAsync(second);
    }

    private static IEnumerable<string> Since(NodeProcess node, string line) => node.Output.Split(Environment.NewLine).SkipWhile(each => each != line).Skip(1);

    /// <summary>Waits until a node has every duty; the lowest of its numbers.</summary>
    private static async Task<long> HasAllAsync(NodeProcess node, string id)
    {
        IReadOnlyDictionary<string, long> duties = new Dictionary<string, long>();
        await Eventually.Async(
            async () => (duties = await FleetRig.DutiesAsync(node, id)).Count >= Duties, _deadline, $"{id} has every duty\n{node.Output}");
        return duties.Values.Min();
    }
}
