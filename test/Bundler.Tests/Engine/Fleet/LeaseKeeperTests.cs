using Bundler.Engine;
using Bundler.Engine.Chain;
using Bundler.Engine.Fleet;
using Bundler.Engine.Submission;
using Bundler.Engine.Submission.Signers;
using Bundler.Ethereum.Client;
using Bundler.Storage;
using Bundler.Testing;
using Bundler.Tests.Storage.Postgres;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Bundler.Tests.Engine.Fleet;

/// <summary>What a heartbeat brings besides the duties.</summary>
public sealed class LeaseKeeperTests
{
    [Test]
    public async Task A_host_whose_clock_is_an_hour_ahead_goes_by_the_databases_and_knows_the_fleet()
    {
        await using PostgresTestDatabase place = new();
        await using SqlDatabase database = await place.ConnectAsync();
        await database.OpenAsync(default);
        FleetClock clock = new(new FastClock());
        IOptions<FleetOptions> options = Options.Create(new FleetOptions { Id = "a" });
        Duties duties = new(clock);
        Drain drain = new();
        using EngineMetrics metrics = new();
        using LeaseKeeper keeper = new(
            new SqlLeaseStore(database, clock), duties, new NodeIdentity(options, new NodeSelf("bundler/test", () => "")), new ServedEntryPoints([A.EntryPoint]),
            new SignerPool(Guards.Around(1337), new EthClient(new FakeNode()), duties, Options.Create(new SubmissionOptions()), NullLogger<SignerPool>.Instance, clock),
            new EngineRest(drain, null!, null!, null!), drain, new FleetMetrics(metrics, duties), options, NullLogger<LeaseKeeper>.Instance, clock);

        await keeper.StartAsync(default);
        await Eventually.Async(() => clock.Offset != TimeSpan.Zero, Eventually.Patience, "the clock is set");
        await keeper.StopAsync(default);

        Assert.That(clock.GetUtcNow(), Is.EqualTo(TimeProvider.System.GetUtcNow()).Within(TimeSpan.FromSeconds(10)));
        Assert.That(duties.Fleet.BuilderOf(A.EntryPoint.Address)?.Id, Is.EqualTo("a"));
    }

    private sealed class FastClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddHours(1);
    }
}
