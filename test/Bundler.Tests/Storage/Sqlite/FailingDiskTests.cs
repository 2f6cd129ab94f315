using Bundler.Engine;
using Bundler.Engine.Pool;
using Bundler.Storage;
using Bundler.Storage.Sqlite;
using Bundler.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bundler.Tests.Storage.Sqlite;

/// <summary>A disk that fails is told to the callers; nothing is acknowledged that is not stored, and work goes on when it can.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class FailingDiskTests
{
    private const int OperationSize = 4000;
    private const string FullAt100Pages = "PRAGMA max_page_count = 100";
    private const string ReadOnly = "PRAGMA query_only = ON";

    private readonly SqliteTestDatabase _home = new();
    private FaultyDialect _dialect = null!;
    private SqlDatabase _database = null!;
    private SqlMempoolStore _store = null!;

    [SetUp]
    public void Create()
    {
        _dialect = new FaultyDialect(_home.Dialect());
        _database = new SqlDatabase(_dialect, NullLogger<SqlDatabase>.Instance);
        _store = new SqlMempoolStore(_database);
    }

    [TearDown]
    public async Task Remove()
    {
        await _database.DisposeAsync();
        await _home.DisposeAsync();
    }

    [Test]
    public async Task A_full_disk_refuses_in_words_and_keeps_exactly_what_it_acknowledged()
    {
        _dialect.Fault = FullAt100Pages;
        await _database.OpenAsync(default);
        List<int> acknowledged = [];
        int refused = 0;
        await Parallel.ForEachAsync(Enumerable.Range(0, 300), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (number, token) =>
        {
            try
            {
                await _store.AddAsync(Stored.Operation(number, OperationSize), [], token);
                lock (acknowledged)
                {
                    acknowledged.Add(number);
                }
            }
            catch (StoreUnavailableException)
            {
                Interlocked.Increment(ref refused);
            }
        });

        Assert.That(acknowledged, Is.Not.Empty);
        Assert.That(refused, Is.Positive);
        Assert.That((await _store.LoadAsync(default)).Select(operation => (int)operation.Sequence), Is.EqualTo(acknowledged.Order()));
    }

    [TestCase(FullAt100Pages, "full")]
    [TestCase(ReadOnly, "readonly")]
    public async Task Writing_goes_on_when_the_disk_does(string fault, string word)
    {
        await _database.OpenAsync(default);
        await _store.AddAsync(Stored.Operation(1), [], default);
        _dialect.Fault = fault;
        ReconnectWriter();
        StoredOperation large = Stored.Operation(2, bytes: 1_000_000);

        Assert.That(
            async () => await _store.AddAsync(large, [], default),
            Throws.TypeOf<StoreUnavailableException>().With.Message.Contains(word).And.Message.Contains(_database.Location));
        Assert.That(async () => await _store.AddAsync(large, [], default), Throws.TypeOf<StoreUnavailableException>(), "it fails as long as the disk does");

        _dialect.Fault = null;
        ReconnectWriter();
        await _store.AddAsync(large, [], default);

        Assert.That(await _store.LoadAsync(default), Is.EqualTo(new[] { Stored.Operation(1), large }));
        Assert.That(await IntegrityAsync(), Is.EqualTo("ok"));
    }

    [Test]
    public async Task A_store_that_failed_is_tried_until_it_works_though_nobody_writes()
    {
        await _database.OpenAsync(default);
        _dialect.Fault = ReadOnly;
        ReconnectWriter();
        ManualTimeProvider clock = new();
        using StorageWatch watch = new(_database, NullLogger<StorageWatch>.Instance, clock);
        await watch.StartAsync(default);
        clock.Advance(TimeSpan.FromSeconds(10));
        Assert.That(_database.Fault, Does.Contain(_database.Location));

        _dialect.Fault = null;
        await Eventually.Async(
            () =>
            {
                clock.Advance(TimeSpan.FromSeconds(1));
                return _database.Fault is null;
            },
            TimeSpan.FromSeconds(20),
            "it works again");
        await watch.StopAsync(default);
    }

    [Test]
    public async Task Nothing_is_acknowledged_when_the_commit_fails()
    {
        _dialect.Fault = "PRAGMA foreign_keys = ON";
        await _database.OpenAsync(default);
        await _database.WriteAsync(
            (session, token) => session.ExecuteAsync(
                "CREATE TABLE parent (id BIGINT PRIMARY KEY); CREATE TABLE child (id BIGINT REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED)",
                token),
            default);

        WriterGate gate = await WriterGate.HoldAsync(_database);
        Task orphan = _database.WriteAsync((session, token) => session.ExecuteAsync("INSERT INTO child (id) VALUES (1)", token), default);
        Task add = _store.AddAsync(Stored.Operation(1), [], default);
        gate.Open();
        await gate.Held;

        Assert.That(async () => await orphan, Throws.TypeOf<StoreUnavailableException>());
        Assert.That(async () => await add, Throws.TypeOf<StoreUnavailableException>());
        Assert.That(await _store.LoadAsync(default), Is.Empty);
        await _store.AddAsync(Stored.Operation(1), [], default);
        Assert.That(await _store.LoadAsync(default), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_file_that_is_no_database_is_refused_in_words()
    {
        await File.WriteAllTextAsync(_dialect.Location, new string('x', 10_000));

        Assert.That(
            async () => await _database.OpenAsync(default),
            Throws.TypeOf<StoreUnavailableException>().With.Message.Contains("not a database").And.Message.Contains(_dialect.Location));
    }

    /// <summary>Any fault of the disk makes the writer take a new connection for its next group.</summary>
    private void ReconnectWriter() =>
        Assert.That(
            async () => await _database.WriteAsync(
                (session, token) => session.ExecuteAsync("PRAGMA query_only = ON; DELETE FROM mempool", token),
                default),
            Throws.TypeOf<StoreUnavailableException>());

    private Task<string?> IntegrityAsync() =>
        _database.ReadAsync((session, token) => session.Prepare("PRAGMA integrity_check").ReadFirstAsync(row => row.TextOrNull(0), token), default);
}
