using Bundler.Engine;
using Bundler.Node.Health;
using Bundler.Storage;
using Bundler.Storage.Postgres;
using Bundler.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Bundler.Tests.Storage.Postgres;

/// <summary>A server that neither answers nor refuses: who waits hears of it in time, and what he was told is true.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class SilentServerTests
{
    private const int AnswerSeconds = 2;

    /// <summary>The bound, and what a busy machine adds to it; far below what the statements' own time-outs add up to.</summary>
    private static readonly TimeSpan InTime = TimeSpan.FromSeconds(AnswerSeconds + 3);

    private readonly PostgresTestDatabase _home = new();
    private StorageOptions _options = null!;
    private PostgresCluster _cluster = null!;
    private LossyTunnel _tunnel = null!;
    private SqlDatabase _database = null!;
    private SqlMempoolStore _store = null!;
    private string _schema = "";

    [SetUp]
    public async Task Open()
    {
        _cluster = await PostgresCluster.SharedAsync();
        _options = await _home.OptionsAsync();
        (_tunnel, _schema) = await LossyTunnel.BeforeAsync(_options);
        await ConnectAsync(AnswerSeconds);
        await _store.AddAsync(Stored.Operation(1), [], default);
    }

    [TearDown]
    public async Task Close()
    {
        _tunnel.Release();
        await _database.DisposeAsync();
        await _tunnel.DisposeAsync();
        await _home.DisposeAsync();
    }

    [Test]
    public async Task Who_writes_hears_in_time_and_what_was_refused_is_not_stored_later()
    {
        _tunnel.HoldAnswer(1);
        Task[] writes = [.. Enumerable.Range(2, 20).Select(number => RefusedInTimeAsync(_store.AddAsync(Stored.Operation(number), [], default)))];
        await Task.WhenAll(writes);
        await Eventually.Async(() => _database.Fault?.Contains("has not answered within 2 s", StringComparison.Ordinal) == true, Eventually.Patience, "the fault is told");

        _tunnel.Release();
        await Eventually.Async(WritesAsync, Eventually.Patience, "writes work again");

        Assert.That((await _store.LoadAsync(default)).Select(operation => operation.UserOpHash), Is.EquivalentTo(new[] { Stored.Operation(1).UserOpHash, Stored.Operation(99).UserOpHash }));
        Assert.That(_database.Fault, Is.Null);
    }

    [Test]
    public async Task What_had_begun_when_it_was_refused_is_not_committed_when_the_server_comes_back_to_it()
    {
        Task begun = _database.WriteAsync(
            async (session, token) =>
            {
                _tunnel.HoldAnswer(1);
                await session.ExecuteAsync("UPDATE mempool SET admitted_at_block = admitted_at_block + 100", token);
            },
            default);
        await RefusedInTimeAsync(begun);

        _tunnel.Release();
        await Eventually.Async(WritesAsync, Eventually.Patience, "writes work again");

        Assert.That((await _store.LoadAsync(default)).Select(operation => operation.AdmittedAtBlock), Has.None.GreaterThanOrEqualTo(100ul));
    }

    [Test]
    public async Task Asks_that_go_together_are_refused_together()
    {
        SqlGathering<int, int> gathering = new(_database, (_, asks, _) => Task.FromResult(asks));
        _tunnel.HoldAnswer(1);

        await Task.WhenAll(Enumerable.Range(0, 10).Select(number => RefusedInTimeAsync(gathering.AskAsync(number, default))));
    }

    [Test]
    public async Task Who_reads_hears_in_time_and_so_does_who_waits_for_a_connection()
    {
        await _store.LoadAsync(default);
        _tunnel.HoldAnswer(1);
        await Task.WhenAll(Enumerable.Range(0, SqlReaders.Connections * 2).Select(_ => RefusedInTimeAsync(_store.LoadAsync(default))));
        _tunnel.Release();

        await Eventually.Async(ReadsAsync, Eventually.Patience, "reads work again");
    }

    [Test]
    public async Task Behind_a_table_that_is_locked_for_long_everybody_waits_for_the_same_bound()
    {
        await using NpgsqlConnection operatorsOwn = new(_cluster.ConnectionString(PostgresCluster.Database) + ";Pooling=false");
        await operatorsOwn.OpenAsync();
        await using NpgsqlCommand command = operatorsOwn.CreateCommand();
        command.CommandText = $"BEGIN; LOCK TABLE {_schema}.mempool IN ACCESS EXCLUSIVE MODE";
        await command.ExecuteNonQueryAsync();

        Task[] waiting = [.. Enumerable.Range(2, 20).Select(number => RefusedInTimeAsync(number % 2 == 0 ? _store.AddAsync(Stored.Operation(number), [], default) : _store.LoadAsync(default)))];
        await Task.WhenAll(waiting);
        command.CommandText = "ROLLBACK";
        await command.ExecuteNonQueryAsync();

        await Eventually.Async(WritesAsync, Eventually.Patience, "writes work again");
        Assert.That(await _store.LoadAsync(default), Has.Count.EqualTo(2));
    }

    [Test]
    public async Task What_is_being_committed_is_not_refused_for_its_fate_is_asked()
    {
        Task held = _database.WriteAsync(
            async (session, token) =>
            {
                await session.ExecuteAsync("UPDATE mempool SET admitted_at_block = admitted_at_block + 100", token);

                // The first answer releases the savepoint, the second one is the commit's.
                _tunnel.HoldAnswer(2);
            },
            default);
        await Eventually.Async(() => _database.Silence > TimeSpan.FromSeconds(AnswerSeconds) + TimeSpan.FromMilliseconds(300), Eventually.Patience, "the bound is over");
        bool isRefused = held.IsCompleted;
        _tunnel.Release();
        await held;

        Assert.That(isRefused, Is.False);
        Assert.That((await _store.LoadAsync(default)).Single().AdmittedAtBlock, Is.EqualTo(101));
    }

    [Test]
    public async Task Readiness_knows_within_a_few_seconds_that_nothing_is_answered_and_that_it_is_again()
    {
        // The silence itself, before anything has failed for it.
        await _database.DisposeAsync();
        await ConnectAsync(answerSeconds: 60);
        StorageCheck check = new(_database, Options.Create(_options));
        Assert.That(check.Check().Ok, Is.True);
        _tunnel.HoldAnswer(1);
        long start = TimeProvider.System.GetTimestamp();
        using CancellationTokenSource enough = new();
        Task watch = WatchAsync(enough.Token);
        await Eventually.Async(() => !check.Check().Ok, Eventually.Patience, "it is not ready");
        TimeSpan noticed = TimeProvider.System.GetElapsedTime(start);
        _tunnel.Release();
        await Eventually.Async(() => check.Check().Ok, Eventually.Patience, "it is ready again");
        await enough.CancelAsync();
        await watch;

        Assert.That(noticed, Is.LessThan(StorageCheck.LongestSilence + TimeSpan.FromSeconds(3)));
    }

    private async Task ConnectAsync(int answerSeconds)
    {
        _options.AnswerSeconds = answerSeconds;
        _database = new SqlDatabase(new PostgresDialect(_options), NullLogger<SqlDatabase>.Instance);
        _store = new SqlMempoolStore(_database);
        await _database.OpenAsync(default);
    }

    // As StorageWatch does.
    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            await WritesAsync();
        }
    }

    private async Task<bool> WritesAsync()
    {
        try
        {
            await _store.AddAsync(Stored.Operation(99), [], default);
            return true;
        }
        catch (StoreUnavailableException)
        {
            return false;
        }
    }

    private async Task<bool> ReadsAsync()
    {
        try
        {
            return (await _store.LoadAsync(default)).Count == 1;
        }
        catch (StoreUnavailableException)
        {
            return false;
        }
    }

    private static async Task RefusedInTimeAsync(Task call)
    {
        long start = TimeProvider.System.GetTimestamp();
        await Assert.ThrowsAsync<StoreUnavailableException>(() => call);
        Assert.That(TimeProvider.System.GetElapsedTime(start), Is.LessThan(InTime));
    }
}
