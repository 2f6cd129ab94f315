using System.Text.Json.Nodes;
using Bundler.Engine.Fleet;
using Bundler.Engine.Inclusion;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Health;
using Bundler.Paymaster.Ledger;
using Bundler.Storage;
using Bundler.Storage.Grants;
using Bundler.Testing;
using Bundler.Tests.Ethereum.Client;
using Bundler.Tests.Storage;
using Bundler.Tests.Storage.Grants;
using Bundler.Tests.Storage.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Bundler.Tests.Paymaster.Ledger;

/// <summary>The loop that keeps the ledger up to the chain and the clock, on a real store.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class GrantKeeperTests
{
    private static readonly TimeSpan _patience = Eventually.Patience;

    private readonly SqliteTestDatabase _place = new();
    private readonly ManualTimeProvider _clock = new();
    private readonly HeardAlarm _alarm = new();
    private readonly FakeNode _node = new();
    private readonly GrantLedgerOptions _options = new();
    private SqlDatabase _database = null!;
    private GrantKeeper _keeper = null!;

    private SqlGrantStore Grants => new(_database);

    private SqlOperationHistoryStore History => new(_database);

    [SetUp]
    public async Task Open()
    {
        _database = _place.Connect();
        await _database.OpenAsync(default);
    }

    [TearDown]
    public async Task Stop()
    {
        await _keeper.StopAsync(default);
        _keeper.Dispose();
        await _database.DisposeAsync();
        await _place.DisposeAsync();
    }

    [Test]
    public async Task Row_20_a_sponsored_event_without_a_grant_is_a_critical_alarm()
    {
        await StartAsync();
        IncludedOperation stray = Asked.Included(Asked.Request(1), 1, 37, Stored.Mark(1));
        await History.AddBlockAsync(new IndexedBlock(Stored.Mark(1), [stray], []), Fence.Sole, default);
        await StepAsync();

        Assert.That(_alarm.Heard.Select(alarm => (alarm.Name, alarm.IsCritical, alarm.Subject)), Is.EqualTo(new[] { ("sponsor.stray", true, stray.UserOpHash.ToString()) }));
        Assert.That(new LedgerCheck(_keeper, _clock).Check().Ok, Is.False);
    }

    [Test]
    public async Task A_grant_expires_by_the_time_of_the_final_block()
    {
        Grant grant = await SignAsync();
        await BlockAsync(1, grant.Request.ValidUntil);
        await BlockAsync(2, grant.Request.ValidUntil + 1);
        await History.FinalizeAsync(0, 1, 100, default, Fence.Sole, default);
        await StartAsync();
        GrantState byItsLastSecond = await StateAsync(grant);
        await History.FinalizeAsync(1, 2, 100, default, Fence.Sole, default);
        await StepAsync(seconds: 5);

        Assert.That((byItsLastSecond, await StateAsync(grant)), Is.EqualTo((GrantState.Signed, GrantState.Expired)));
    }

    [Test]
    public async Task A_chain_that_names_no_final_block_waits_so_long_by_its_own_time()
    {
        Grant grant = await SignAsync();
        await BlockAsync(1, grant.Request.ValidUntil + (ulong)_options.FinalitySeconds);
        await StartAsync();
        GrantState before = await StateAsync(grant);
        await BlockAsync(2, grant.Request.ValidUntil + (ulong)_options.FinalitySeconds + 1);
        await StepAsync(seconds: 5);

        Assert.That((before, await StateAsync(grant)), Is.EqualTo((GrantState.Signed, GrantState.Expired)));
    }

    [Test]
    public async Task Row_32_an_unknown_past_of_a_chain_with_value_is_told()
    {
        await StartAsync(isDevelopment: false);

        Assert.That(new LedgerCheck(_keeper, _clock).Check(), Has.Property("Ok").False.And.Property("Detail").Contains("older copy"));
        await Grants.TrustAsync(default);
        await StepAsync(seconds: 10);
        Assert.That(new LedgerCheck(_keeper, _clock).Check().Ok, Is.True);
    }

    [Test]
    public async Task Row_32_a_chain_that_does_not_answer_does_not_make_the_ledger_look_old()
    {
        await BlockAsync(1, 1);
        _node.On("eth_getBlockByNumber", async (_, token) => await new TaskCompletionSource<JsonNode?>().Task.WaitAsync(token));
        _keeper = Keeper(isDevelopment: false);
        await _keeper.StartAsync(default);
        for (int asked = 1; asked <= 6; asked++)
        {
            await Eventually.Async(
                () =>
                {
                    if (_node.CountOf("eth_getBlockByNumber") < asked)
                    {
                        _clock.Advance(TimeSpan.FromSeconds(1));
                        return false;
                    }

                    return true;
                },
                _patience, "the chain is asked again");
        }

        await Grants.TrustAsync(default);
        Reservation answer = await Grants.ReserveAsync(Asked.Request(1, at: _clock.GetUtcNow()), Asked.Anything(), default);

        Assert.That(answer, Is.TypeOf<Reservation.Reserved>(), $"after {_clock.GetUtcNow()}");
    }

    [Test]
    public async Task Grants_that_came_to_their_end_are_kept_for_KeepDays()
    {
        _options.KeepDays = 3;
        Grant grant = await SignAsync();
        await History.AddBlockAsync(new IndexedBlock(Stored.Mark(1), [Asked.Included(grant.Request, 1, 37, Stored.Mark(1))], []), Fence.Sole, default);
        await History.FinalizeAsync(0, 1, 100, default, Fence.Sole, default);
        _times[1] = 1;
        await BlockAsync(2, 1);
        _clock.Advance(TimeSpan.FromDays(3));
        await StartAsync();
        Grant? kept = await Grants.FindAsync(grant.Id, default);
        await _keeper.StopAsync(default);
        _keeper.Dispose();
        _clock.Advance(TimeSpan.FromTicks(1));
        await StartAsync();

        Assert.That((kept?.State, await Grants.FindAsync(grant.Id, default)), Is.EqualTo(((GrantState?)GrantState.Final, (Grant?)null)));
    }

    // On PostgreSQL each write takes the turn of all writers of the fleet.
    [Test]
    public async Task Where_nothing_happens_nothing_is_written_but_that_the_node_lives()
    {
        await BlockAsync(1, 1_000_000);
        await StartAsync();
        long before = _database.Transactions;
        for (int second = 1; second < 10; second++)
        {
            await StepAsync();
        }

        long idle = _database.Transactions - before;
        await StepAsync();

        Assert.That((idle, _database.Transactions - before), Is.EqualTo((0L, 1L)));
    }

    private async Task StartAsync(bool isDevelopment = true)
    {
        _keeper = Keeper(isDevelopment);
        await _keeper.StartAsync(default);
        await Eventually.Async(() => _keeper.LastStepAt is not null, _patience, "a first step");
    }

    private GrantKeeper Keeper(bool isDevelopment) => new(
        Grants, new OwnPaymasters([new OwnPaymaster(Asked.Paymaster, Asked.EntryPoint)], 600), new SettledTime(History, new EthClient(_node), Options.Create(_options)),
        _alarm, A.Chain with { Development = isDevelopment }, Options.Create(_options), NullLogger<GrantKeeper>.Instance, _clock);

    /// <summary>Far less than the chain may take to answer: the clock passes all that lies between, while a step is under way.</summary>
    private async Task StepAsync(int seconds = 1)
    {
        _clock.Advance(TimeSpan.FromSeconds(seconds));
        await Eventually.Async(() => _keeper.LastStepAt == _clock.GetUtcNow(), _patience, "a step");
    }

    private async Task<Grant> SignAsync()
    {
        await Grants.OpenAsync(new LedgerOpening([Asked.Paymaster], _clock.GetUtcNow(), 600, IsDevelopment: true), default);
        Reservation answer = await Grants.ReserveAsync(Asked.Request(1, at: _clock.GetUtcNow()), Asked.Anything(), default);
        return await Grants.SignedAsync(((Reservation.Reserved)answer).Grant.Id, Asked.Signature(1), default);
    }

    private async Task BlockAsync(ulong number, ulong time)
    {
        BlockMark mark = Stored.Mark(number);
        _times[number] = time;
        _node.On("eth_getBlockByNumber", given =>
        {
            JsonObject block = Samples.Header(Number(given));
            block["timestamp"] = Hex.EncodeQuantity(_times[Number(given)]);
            return block;
        });
        await History.AddBlockAsync(new IndexedBlock(mark, [], []), Fence.Sole, default);
    }

    private readonly Dictionary<ulong, ulong> _times = [];

    private static ulong Number(System.Text.Json.JsonElement given) => (ulong)UInt256.ParseQuantity(given[0].GetString());

    private async Task<GrantState> StateAsync(Grant grant) => (await Grants.FindAsync(grant.Id, default))!.State;
}
