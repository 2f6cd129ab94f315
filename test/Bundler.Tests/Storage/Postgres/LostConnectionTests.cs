using Bundler.Engine;
using Bundler.Storage;
using Bundler.Storage.Postgres;
using Bundler.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Bundler.Tests.Storage.Postgres;

/// <summary>A connection that ends at any moment: what was stored is acknowledged, once, and what was not is stored by the next attempt.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class LostConnectionTests
{
    private const string EndMyself = "SELECT pg_terminate_backend(pg_backend_pid())";

    private readonly PostgresTestDatabase _home = new();
    private PostgresCluster _cluster = null!;
    private LossyTunnel _tunnel = null!;
    private SqlDatabase _database = null!;
    private SqlMempoolStore _store = null!;
    private string _schema = "";

    [SetUp]
    public async Task Open()
    {
        _cluster = await PostgresCluster.SharedAsync();
        StorageOptions options = await _home.OptionsAsync();
        (_tunnel, _schema) = await LossyTunnel.BeforeAsync(options);
        _database = new SqlDatabase(new PostgresDialect(options), NullLogger<SqlDatabase>.Instance);
        _store = new SqlMempoolStore(_database);
        await _database.OpenAsync(default);
        await _store.AddAsync(Stored.Operation(1), [], default);
    }

    [TearDown]
    public async Task Close()
    {
        await _database.DisposeAsync();
        await _tunnel.DisposeAsync();
        await _home.DisposeAsync();
    }

    [Test]
    public async Task A_writer_whose_connection_ended_before_the_commit_runs_the_group_again()
    {
        int runs = 0;
        Task broken = _database.WriteAsync(
            async (session, token) =>
            {
                await session.ExecuteAsync("UPDATE mempool SET admitted_at_block = admitted_at_block + 100", token);
                if (++runs == 1)
                {
                    await session.ExecuteAsync(EndMyself, token);
                }
            },
            default);
        await broken;

        Assert.That(runs, Is.EqualTo(2));
        Assert.That((await _store.LoadAsync(default)).Single().AdmittedAtBlock, Is.EqualTo(101));
        Assert.That(_database.Fault, Is.Null);
    }

    [Test]
    public async Task A_commit_whose_answer_was_lost_is_asked_and_not_done_twice()
    {
        int runs = 0;
        long transactions = _database.Transactions;
        await _database.WriteAsync(
            async (session, token) =>
            {
                runs++;
                await session.ExecuteAsync("UPDATE mempool SET admitted_at_block = admitted_at_block + 100", token);

                // The first answer releases the savepoint, the second one is the commit's.
                _tunnel.LoseAnswer(2);
            },
            default);

        Assert.That((_tunnel.Losses, runs), Is.EqualTo((1, 1)));
        Assert.That((await _store.LoadAsync(default)).Single().AdmittedAtBlock, Is.EqualTo(101));
        Assert.That(_database.Transactions - transactions, Is.EqualTo(1));
    }

    [Test]
    public async Task A_commit_that_the_server_never_finished_is_asked_and_done_again()
    {
        await ExecuteAsync(
            $"""
            CREATE SEQUENCE {_schema}.once;
            CREATE FUNCTION {_schema}.end_once() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN IF nextval('{_schema}.once') = 1 THEN PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(5); END IF; RETURN NULL; END $$;
            CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON {_schema}.mempool DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION {_schema}.end_once();
            """);
        await _store.AddAsync(Stored.Operation(2), [], default);

        Assert.That(await _store.LoadAsync(default), Has.Count.EqualTo(2));
        Assert.That(await ExecuteAsync($"SELECT last_value FROM {_schema}.once"), Is.EqualTo(2L));
        Assert.That(await ExecuteAsync($"SELECT sum(asked)::bigint FROM {_schema}.commit_marks"), Is.EqualTo(1L));
    }

    [Test]
    public async Task What_failed_by_itself_and_was_told_is_not_run_again_with_its_group()
    {
        WriterGate gate = await WriterGate.HoldAsync(_database);
        Task refused = _database.WriteAsync((session, token) => session.ExecuteAsync("INSERT INTO blocks (number) VALUES (NULL)", token), default);
        int runs = 0;
        Task lost = _database.WriteAsync((session, token) => ++runs == 1 ? session.ExecuteAsync(EndMyself, token) : Task.CompletedTask, default);
        Task add = _store.AddAsync(Stored.Operation(2), [], default);
        gate.Open();
        await Task.WhenAll(gate.Held, lost, add);

        Assert.That(() => refused, Throws.TypeOf<StoreUnavailableException>());
        Assert.That(await _store.LoadAsync(default), Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Readers_whose_connections_ended_while_idle_are_replaced()
    {
        await Task.WhenAll(Enumerable.Range(0, SqlReaders.Connections * 2).Select(_ => _store.LoadAsync(default)));
        await ExecuteAsync(
            $"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND application_name = 'bundler' AND client_port IS NOT NULL");

        Assert.That(await _store.LoadAsync(default), Has.Count.EqualTo(1));
        await _store.AddAsync(Stored.Operation(2), [], default);
    }

    [Test]
    public async Task There_is_one_mark_for_each_writer_however_much_it_writes()
    {
        for (int number = 2; number < 6; number++)
        {
            await _store.AddAsync(Stored.Operation(number), [], default);
        }

        Assert.That(await ExecuteAsync($"SELECT count(*) FROM {_schema}.commit_marks"), Is.EqualTo(1L));
    }

    private Task<object?> ExecuteAsync(string sql) => _cluster.ExecuteAsync(PostgresCluster.Database, sql);
}
