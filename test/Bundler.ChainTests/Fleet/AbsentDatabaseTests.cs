using System.Globalization;
using System.Text.Json;
using Bundler.ChainTests.Faults;
using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;
using Bundler.Rpc.JsonRpc;
using Bundler.Testing;

namespace Bundler.ChainTests.Fleet;

/// <summary>A node whose PostgreSQL goes away under load, or is taken over by its replica: nothing that was acknowledged is lost, and it goes on by itself.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class AbsentDatabaseTests
{
    private const string Variable = "FLEET_DATABASE";

    private static readonly TimeSpan _deadline = Eventually.Patience;
    private static readonly UInt256 _fee = 5_000_000_000;

    private readonly List<(SimpleAccountWallet Wallet, UserOperation Operation)> _refused = [];
    private AnvilProcess _anvil = null!;
    private Traffic _traffic = null!;
    private PostgresCluster _cluster = null!;
    private NodeProcess? _node;

    private NodeProcess Node => _node!;

    [SetUp]
    public async Task BeginAsync()
    {
        _anvil = await AnvilProcess.StartAsync();
        _traffic = await Traffic.BeginAsync(_anvil);
        _cluster = await PostgresCluster.StartAsync();
    }

    [TearDown]
    public async Task EndAsync()
    {
        if (_node is not null)
        {
            await _node.DisposeAsync();
        }

        await _cluster.DisposeAsync();
        _traffic.Dispose();
        await _anvil.DisposeAsync();
    }

    [TestCase(3, true)]
    [TestCase(3, false)]
    [TestCase(30, true, Explicit = true, Reason = "the issue's own 30 s")]
    public async Task Nothing_is_lost_while_the_database_is_away(int seconds, bool crash)
    {
        await StartNodeAsync(_cluster.ConnectionString(PostgresCluster.Database));
        await _traffic.SendAsync(Node);
        await _cluster.StopAsync(crash);

        long gone = TimeProvider.System.GetTimestamp();
        do
        {
            await OfferAsync((await _traffic.FundAsync(1))[0]);
        }
        while (_refused.Count < 3 || TimeProvider.System.GetElapsedTime(gone).TotalSeconds < seconds);
        (int status, JsonElement body) = await Node.ReadinessAsync();
        Assert.That(status, Is.EqualTo(503));
        Assert.That($"{body.GetProperty("checks").GetProperty("storage")}", Does.Contain(_cluster.Port.ToString(CultureInfo.InvariantCulture)));

        await _cluster.StartAgainAsync();
        await GoesOnAsync();
    }

    [Test]
    public async Task Nothing_is_lost_when_the_primary_dies_and_its_replica_is_promoted()
    {
        await using PostgresCluster standby = await _cluster.AddStandbyAsync();
        await StartNodeAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"Host=127.0.0.1:{_cluster.Port},127.0.0.1:{standby.Port};Database={PostgresCluster.Database};Username={PostgresCluster.User};Password={_cluster.Password}"));
        await _traffic.SendAsync(Node);
        await _cluster.StopAsync(crash: true);
        while (_refused.Count < 2)
        {
            await OfferAsync((await _traffic.FundAsync(1))[0]);
        }

        await standby.ExecuteAsync(PostgresCluster.Database, "SELECT pg_promote()");
        await GoesOnAsync();
        Assert.That(await standby.ExecuteAsync(PostgresCluster.Database, "SELECT count(*) FROM included_operations"), Is.GreaterThan(0L));
    }

    private async Task StartNodeAsync(string connection) => _node = await NodeProcess.StartAsync(
        _anvil.Url,
        new Dictionary<string, string> { [Variable] = connection },
        "--debug-api",
        "--Bundler:Storage:Kind=postgres",
        $"--Bundler:Storage:ConnectionStringVariable={Variable}",
        "--Bundler:Storage:PatienceSeconds=1",
        "--Bundler:Node:HeartbeatMilliseconds=500",
        "--Bundler:Node:LeaseMilliseconds=5000");

    /// <summary>By itself: ready again, everything that was refused is taken now, and everything that was ever taken is included once.</summary>
    private async Task GoesOnAsync()
    {
        await Eventually.Async(async () => (await Node.ReadinessAsync()).Status == 200, _deadline, $"it is ready again\n{Node.Output}");
        foreach ((SimpleAccountWallet wallet, UserOperation operation) in _refused)
        {
            await _traffic.TakeAsync(Node, wallet, operation);
        }

        await _traffic.AssertInIsOutAsync(Node);
    }

    /// <summary>No hash is answered that is not stored: it is refused, with an error that says that it may be tried again.</summary>
    private async Task OfferAsync(SimpleAccountWallet wallet)
    {
        UserOperation operation = wallet.Sign(wallet.Operation() with { MaxFeePerGas = _fee, MaxPriorityFeePerGas = _fee });
        JsonElement answer = await Node.OfferAsync(wallet.EntryPoint, operation);
        Assert.That(answer.TryGetProperty("error", out JsonElement error), Is.True, $"{answer}");
        Assert.That(error.GetProperty("code").GetInt32(), Is.EqualTo(RpcErrorCode.Unavailable), $"{answer}");
        _refused.Add((wallet, operation));
    }
}
