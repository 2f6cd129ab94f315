using System.Text.Json.Nodes;
using Bundler.Engine;
using Bundler.Engine.Alarms;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Deposits;
using Bundler.Paymaster.Health;
using Bundler.Paymaster.Ledger;
using Bundler.Storage;
using Bundler.Storage.Grants;
using Bundler.Testing;
using Bundler.Tests.Storage.Grants;
using Bundler.Tests.Storage.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Bundler.Tests.Paymaster.Deposits;

/// <summary>S0-19: deposits are read again and again, and a low one calls a person once.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class DepositWatchTests
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);
    private static readonly OwnPaymasters _paymasters = new([new OwnPaymaster(Asked.Paymaster, Asked.EntryPoint)], 600);
    private static readonly DepositOptions _options = new() { LowWei = "500" };

    private readonly SqliteTestDatabase _place = new();
    private readonly ManualTimeProvider _clock = new();
    private readonly EngineMetrics _metrics = new();
    private readonly HeardAlarm _alarm = new();
    private readonly FakeNode _node = new();
    private DepositBook _book = null!;
    private SqlDatabase _database = null!;
    private DepositWatch _watch = null!;
    private ulong _deposit = 1_000;

    [SetUp]
    public async Task Start()
    {
        _database = _place.Connect();
        await _database.OpenAsync(default);
        _book = new DepositBook(_metrics);
        _node.On("eth_call", _ => JsonValue.Create(Info(_deposit)));
        _watch = new DepositWatch(
            new EthClient(_node), new SqlGrantStore(_database), _paymasters, _book, _alarm, Options.Create(_options), NullLogger<DepositWatch>.Instance, _clock);
        await _watch.StartAsync(default);
        await LookAsync(looks: 1);
    }

    [TearDown]
    public async Task Stop()
    {
        await _watch.StopAsync(default);
        _watch.Dispose();
        await _database.DisposeAsync();
        await _place.DisposeAsync();
        _metrics.Dispose();
    }

    [Test]
    public void What_a_paymaster_has_is_known()
    {
        PaymasterDeposit read = _book.Find(Asked.Paymaster)!;

        Assert.That((read.Deposit, read.Stake, read.UnstakeDelaySec, read.At), Is.EqualTo(((UInt256)1_000, (UInt256)77, 86_400u, _clock.GetUtcNow())));
        Assert.That(_alarm.Heard, Is.Empty);
        Assert.That(Check().Ok, Is.True);
    }

    [Test]
    public async Task S0_19_a_low_deposit_calls_once_and_again_after_it_was_well()
    {
        foreach (ulong deposit in new ulong[] { 499, 498, 500, 499 })
        {
            _deposit = deposit;
            await LookAgainAsync();
        }

        Assert.That(_alarm.Heard.Select(alarm => (alarm.Name, alarm.IsCritical, alarm.Subject)), Is.EqualTo(new[]
        {
            ("sponsor.deposit", false, Asked.Paymaster.ToString()), ("sponsor.deposit", false, Asked.Paymaster.ToString()),
        }));
        Assert.That(Check(), Is.EqualTo(new SponsorFinding(false, $"{Asked.Paymaster}: its deposit of 499 wei is below 500 wei")));
    }

    [Test]
    public async Task Row_18_grants_that_may_take_more_than_the_deposit_are_critical()
    {
        SqlGrantStore grants = new(_database);
        await grants.OpenAsync(new LedgerOpening([Asked.Paymaster], Asked.Noon, 600, IsDevelopment: true), default);
        await grants.ReserveAsync(Asked.Request(1, 1_001), Asked.Anything(), default);
        await LookAgainAsync();

        Assert.That(_alarm.Heard.Single().IsCritical, Is.True);
    }

    [Test]
    public async Task One_that_cannot_be_read_hides_no_other()
    {
        OwnPaymaster[] all = [new(Asked.EntryPoint, Asked.EntryPoint), new(Asked.Paymaster, Asked.EntryPoint)];
        DepositBook book = new(_metrics);
        _node.On("eth_call", given => given[0].GetProperty("data").GetString()!.EndsWith(Asked.EntryPoint.ToLowerHex()[2..], StringComparison.Ordinal)
            ? throw new TransportException(TransportFault.Unreachable, "no answer")
            : JsonValue.Create(Info(_deposit)));
        using DepositWatch watch = new(
            new EthClient(_node), new SqlGrantStore(_database), new OwnPaymasters(all, 600), book, _alarm, Options.Create(_options), NullLogger<DepositWatch>.Instance, _clock);
        await watch.StartAsync(default);

        await Eventually.Async(() => book.Find(Asked.Paymaster) is not null, _patience, "the other is read");

        await watch.StopAsync(default);
        Assert.That(book.Find(Asked.EntryPoint), Is.Null);
    }

    [Test]
    public void S0_19_a_deposit_that_was_not_read_for_five_minutes_is_not_well()
    {
        DepositCheck check = new(_book, _paymasters, Options.Create(_options), _clock);
        _node.Fails("eth_call");
        _clock.Advance(TimeSpan.FromSeconds(301));

        Assert.That(check.Check().Ok, Is.False);
    }

    // A look that is late by one interval is no alarm.
    [TestCase(150, true)]
    [TestCase(151, false)]
    public void S0_19_looks_come_at_least_twice_in_five_minutes(int seconds, bool isValid) =>
        Assert.That(new DepositOptionsRanges().Validate(null, new DepositOptions { LookSeconds = seconds }).Succeeded, Is.EqualTo(isValid));

    private SponsorFinding Check() => new DepositCheck(_book, _paymasters, Options.Create(_options), _clock).Check();

    private Task LookAgainAsync()
    {
        int looks = _node.CountOf("eth_call") + 1;
        _clock.Advance(TimeSpan.FromSeconds(_options.LookSeconds));
        return LookAsync(looks);
    }

    private Task LookAsync(int looks) => Eventually.Async(
        () => _node.CountOf("eth_call") >= looks && _watch.LastStepAt == _clock.GetUtcNow(), _patience, "a look at the deposits");

    private static string Info(ulong deposit) => "0x" + string.Concat(new UInt256[] { deposit, 1, 77, 86_400, 0 }.Select(word => word.ToBigInteger().ToString("x64")));
}
