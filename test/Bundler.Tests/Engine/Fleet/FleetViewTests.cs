using Bundler.Engine.Fleet;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Fleet;

/// <summary>What one node does at a time and none does, and since when.</summary>
public sealed class FleetViewTests
{
    private static readonly DateTimeOffset Now = A.Moment;

    [Test]
    public void What_somebody_has_is_not_vacant() =>
        Assert.That(View(new Lease("index", "a#1", 1, Now.AddSeconds(1))).Vacant(["index"]), Is.Empty);

    [Test]
    public void What_is_over_is_vacant_since_then() =>
        Assert.That(View(new Lease("index", "a#1", 1, Now.AddSeconds(-3))).Vacant(["index"]), Is.EqualTo(new[] { new Vacancy("index", Now.AddSeconds(-3)) }));

    [Test]
    public void What_nobody_ever_had_is_vacant_since_the_first_node_is_there() =>
        Assert.That(View().Vacant(["index", "funds"]), Is.EqualTo(new[] { new Vacancy("index", Now.AddSeconds(-60)), new Vacancy("funds", Now.AddSeconds(-60)) }));

    private static FleetView View(params Lease[] leases) => new(Now, leases, [Node("a", -60), Node("b", -20)], []);

    private static FleetNode Node(string id, int started) =>
        new() { Id = id, Version = "bundler/test", Roles = NodeRoles.Rpc, Address = "", StartedAt = Now.AddSeconds(started), HeartbeatAt = Now };
}
