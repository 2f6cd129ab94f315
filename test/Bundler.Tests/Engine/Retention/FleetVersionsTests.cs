using Bundler.Engine.Fleet;
using Bundler.Engine.Retention;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Retention;

public sealed class FleetVersionsTests
{
    private readonly ManualTimeProvider _clock = new();

    [Test]
    public async Task Nothing_is_moved_while_a_node_of_another_version_is_there()
    {
        MemoryLeaseStore leases = new(_clock);
        RecordingLogger<FleetVersions> log = new();
        FleetVersions versions = new(leases, new NodeSelf("bundler/2", () => ""), log);
        await BeatAsync(leases, "new", "bundler/2");
        Assert.That(await versions.AreMixedAsync(default), Is.False);

        await BeatAsync(leases, "old", "bundler/1");
        Assert.That(await versions.AreMixedAsync(default), Is.True);
        Assert.That(await versions.AreMixedAsync(default), Is.True);
        Assert.That(log.Lines, Has.Count.EqualTo(1));

        _clock.Advance(TimeSpan.FromMinutes(3));
        Assert.That(await versions.AreMixedAsync(default), Is.False, "it was not heard of any more");
    }

    [Test]
    public async Task A_node_that_is_alone_asks_nobody() => Assert.That(
        await new FleetVersions(new MemoryLeaseStore(_clock) { IsShared = false }, new NodeSelf("a", () => ""), new RecordingLogger<FleetVersions>()).AreMixedAsync(default),
        Is.False);

    private static Task BeatAsync(MemoryLeaseStore leases, string id, string version) => leases.BeatAsync(
        new FleetNode { Id = id, Version = version, Roles = NodeRoles.Index, Address = "" }, TimeSpan.FromMinutes(1), _ => LeaseDecision.Nothing, default);
}
