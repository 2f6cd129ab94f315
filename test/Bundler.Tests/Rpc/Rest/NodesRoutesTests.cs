using System.Net;
using System.Text.Json;
using Bundler.Engine.Fleet;
using Bundler.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Bundler.Tests.Rpc.Rest;

/// <summary>The fleet over HTTP, for operators.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class NodesRoutesTests
{
    private readonly ManualTimeProvider _clock = new();

    [Test]
    public async Task Every_node_is_shown_with_what_it_does_and_is_stale_after_30_s()
    {
        MemoryLeaseStore store = new(_clock);
        await BeatAsync(store, "a", DutyNames.Index, DutyNames.Funds);
        _clock.Advance(TimeSpan.FromSeconds(25));
        await BeatAsync(store, "b");
        _clock.Advance(TimeSpan.FromSeconds(6));
        await using RpcHost host = await StartAsync(store);

        JsonElement[] nodes = [.. (await GetAsync(host)).GetProperty("nodes").EnumerateArray()];

        Assert.That(nodes.Select(node => node.GetProperty("id").GetString()), Is.EqualTo(new[] { "a", "b" }));
        Assert.That(nodes.Select(node => node.GetProperty("state").GetString()), Is.EqualTo(new[] { "stale", "alive" }));
        Assert.That(nodes[1].GetProperty("version").GetString(), Is.EqualTo("bundler/9.9.9"));
        Assert.That(nodes[1].GetProperty("roles").EnumerateArray().Select(role => role.GetString()), Is.EqualTo(new[] { "rpc", "index" }));
        Assert.That(nodes[1].GetProperty("heartbeatAt").GetDateTimeOffset(), Is.EqualTo(_clock.GetUtcNow().AddSeconds(-6)));
    }

    [Test]
    public async Task Duties_are_shown_with_their_numbers()
    {
        MemoryLeaseStore store = new(_clock);
        await BeatAsync(store, "a", DutyNames.Index);
        await store.LeaveAsync("a", default);
        await BeatAsync(store, "b", DutyNames.Index);
        await using RpcHost host = await StartAsync(store);

        JsonElement lease = (await GetAsync(host)).GetProperty("nodes")[0].GetProperty("leases")[0];

        Assert.That((lease.GetProperty("name").GetString(), lease.GetProperty("fence").GetInt64()), Is.EqualTo(("index", 2L)));
    }

    [Test]
    public async Task What_nobody_does_is_shown_with_the_time_since_when()
    {
        MemoryLeaseStore store = new(_clock);
        await BeatAsync(store, "a", DutyNames.Index, DutyNames.Builder(A.EntryPoint.Address));
        _clock.Advance(TimeSpan.FromSeconds(3));
        await store.LeaveAsync("a", default);
        DateTimeOffset since = _clock.GetUtcNow();
        _clock.Advance(TimeSpan.FromSeconds(3));
        await BeatAsync(store, "b", DutyNames.Index);
        await using RpcHost host = await StartAsync(store);

        JsonElement[] vacant = [.. (await GetAsync(host)).GetProperty("vacant").EnumerateArray()];

        Assert.That(
            vacant.Select(each => (each.GetProperty("name").GetString(), each.GetProperty("since").GetDateTimeOffset())),
            Is.EqualTo(new[] { (DutyNames.Builder(A.EntryPoint.Address), since) }));
    }

    [Test]
    public async Task Why_a_node_builds_nothing_is_shown()
    {
        MemoryLeaseStore store = new(_clock);
        await store.BeatAsync(
            new FleetNode { Id = "a", Version = "", Roles = NodeRoles.All, Address = "", HeldUp = "a reason" }, TimeSpan.FromMinutes(5), _ => LeaseDecision.Nothing, default);
        await using RpcHost host = await StartAsync(store);

        Assert.That((await GetAsync(host)).GetProperty("nodes")[0].GetProperty("buildsNothingBecause").GetString(), Is.EqualTo("a reason"));
    }

    [Test]
    public async Task A_node_is_told_to_drain_and_shown_so()
    {
        MemoryLeaseStore store = new(_clock);
        await BeatAsync(store, "a");
        await using RpcHost host = await StartAsync(store);

        HttpResponseMessage known = await host.Client.PostAsync(new Uri(host.OperatorUrl!, "/nodes/a/drain"), null);
        HttpResponseMessage unknown = await host.Client.PostAsync(new Uri(host.OperatorUrl!, "/nodes/z/drain"), null);

        Assert.That((known.StatusCode, unknown.StatusCode), Is.EqualTo((HttpStatusCode.Accepted, HttpStatusCode.NotFound)));
        Assert.That((await GetAsync(host)).GetProperty("nodes")[0].GetProperty("state").GetString(), Is.EqualTo("draining"));
    }

    [Test]
    public async Task A_node_that_is_alone_shows_itself_and_does_not_drain()
    {
        await using RpcHost host = await StartAsync(new MemoryLeaseStore(_clock) { IsShared = false });

        JsonElement shown = await GetAsync(host);
        HttpResponseMessage drained = await host.Client.PostAsync(new Uri(host.OperatorUrl!, "/nodes/a/drain"), null);

        Assert.That((shown.GetProperty("shared").GetBoolean(), shown.GetProperty("nodes").GetArrayLength()), Is.EqualTo((false, 1)));
        Assert.That(drained.StatusCode, Is.EqualTo(HttpStatusCode.Conflict));
    }

    [Test]
    public async Task The_public_address_knows_nothing_of_it()
    {
        await using RpcHost host = await StartAsync(new MemoryLeaseStore(_clock));

        Assert.That((await host.Client.GetAsync(new Uri(host.Url, "/nodes"))).StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That((await host.Client.PostAsync(new Uri(host.Url, "/nodes/a/drain"), null)).StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    private static Task<RpcHost> StartAsync(MemoryLeaseStore store) =>
        OperatorHost.StartAsync(new MemoryLedgerStore(), new MemoryHistoryStore(), more: services => services.AddSingleton<ILeaseStore>(store));

    private static Task<FleetView> BeatAsync(MemoryLeaseStore store, string node, params string[] duties) => store.BeatAsync(
        new FleetNode { Id = node, Version = "bundler/9.9.9", Roles = NodeRoles.Rpc | NodeRoles.Index, Address = $"http://{node}:4337" },
        TimeSpan.FromMinutes(5),
        _ => new LeaseDecision(duties, []),
        default);

    private static async Task<JsonElement> GetAsync(RpcHost host) =>
        JsonDocument.Parse(await host.Client.GetStringAsync(new Uri(host.OperatorUrl!, "/nodes"))).RootElement;
}
