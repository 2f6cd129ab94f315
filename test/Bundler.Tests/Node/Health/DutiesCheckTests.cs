using Bundler.Engine.Chain;
using Bundler.Engine.Fleet;
using Bundler.Engine.Inclusion;
using Bundler.Node.Health;
using Bundler.Rpc.Rest;
using Bundler.Testing;
using Bundler.Tests.Engine.Inclusion;
using Microsoft.Extensions.Options;

namespace Bundler.Tests.Node.Health;

/// <summary>What the operators of a fleet hear of work that nobody does.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class DutiesCheckTests
{
    private static readonly string Builder = DutyNames.Builder(A.EntryPoint.Address);
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(8);

    private readonly ManualTimeProvider _clock = new();
    private readonly IOptions<FleetOptions> _options = Options.Create(new FleetOptions());
    private MemoryLeaseStore _store = null!;
    private Duties _duties = null!;

    [SetUp]
    public void SetUp() => (_store, _duties) = (new MemoryLeaseStore(_clock), new Duties(_clock));

    [Test]
    public async Task Doing_nothing_is_no_fault_while_others_do_it()
    {
        await BeatAsync("other", DutyNames.Index, Builder);

        Assert.That(Duty, Is.EqualTo(new HealthFinding(true, "none now: other nodes have them")));
    }

    [Test]
    public async Task Before_the_first_heartbeat_nobody_is_missed()
    {
        Assert.That(Duty.Ok, Is.True);
        Assert.That((await IndexAsync()).Ok, Is.True);
    }

    [Test]
    public async Task That_nobody_builds_is_told_at_once_and_is_a_fault_after_two_leases()
    {
        await BeatAsync("other", DutyNames.Index, Builder);
        _clock.Advance(Lease);
        await BeatAsync("other", DutyNames.Index);
        DateTimeOffset since = _clock.GetUtcNow();
        HealthFinding early = Duty;
        _clock.Advance(Lease * 2);
        await BeatAsync("other", DutyNames.Index);
        HealthFinding still = Duty;
        _clock.Advance(TimeSpan.FromSeconds(1));
        await BeatAsync("other", DutyNames.Index);

        Assert.That((early.Ok, still.Ok, Duty.Ok), Is.EqualTo((true, true, false)));
        Assert.That(new[] { early.Detail, Duty.Detail }, Is.All.EqualTo($"none now; nobody has {Builder} since {since.UtcDateTime:u}: its operations wait"));
    }

    [Test]
    public async Task That_nobody_follows_the_chain_is_said_by_the_index()
    {
        await BeatAsync("other", Builder);
        DateTimeOffset since = _clock.GetUtcNow();
        HealthFinding early = await IndexAsync();
        _clock.Advance(Lease * 2 + TimeSpan.FromSeconds(1));
        await BeatAsync("other", Builder);
        HealthFinding late = await IndexAsync();

        Assert.That((early.Ok, late.Ok, Duty.Ok), Is.EqualTo((true, false, true)));
        Assert.That(late.Detail, Does.EndWith($"nobody follows the chain since {since.UtcDateTime:u}"));
    }

    private HealthFinding Duty => new DutiesCheck(_duties, new ServedEntryPoints([A.EntryPoint]), _options).Check();

    private async Task<HealthFinding> IndexAsync()
    {
        await using InclusionBench bench = await InclusionBench.CreateAsync(new FakeChain());
        return new IndexCheck(new IndexStanding(bench.Index, new HeadFeed()), _duties, _options).Check();
    }

    private async Task BeatAsync(string node, params string[] duties) => _duties.Fleet.Saw(await _store.BeatAsync(
        new FleetNode { Id = node, Version = "bundler/test", Roles = NodeRoles.All, Address = "" }, Lease,
        view => new LeaseDecision(duties, [.. view.Of(node).Select(lease => lease.Name).Except(duties)]), default));
}
