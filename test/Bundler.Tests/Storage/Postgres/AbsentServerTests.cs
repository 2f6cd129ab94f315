using Bundler.Engine;
using Bundler.Storage;
using Bundler.Storage.Postgres;
using Bundler.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bundler.Tests.Storage.Postgres;

/// <summary>A server of the test's own, which goes away and comes back, or takes no writes for a while.</summary>
public sealed class AbsentServerTests
{
    private const int Answer = 4;

    private PostgresCluster _cluster = null!;
    private DirectoryInfo _folder = null!;
    private SqlDatabase _database = null!;
    private SqlMempoolStore _store = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _cluster = await PostgresCluster.StartAsync();
        _folder = Directory.CreateTempSubdirectory("bundler-storage-");
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _cluster.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [SetUp]
    public async Task Open()
    {
        string file = Path.Combine(_folder.FullName, "connection");
        await File.WriteAllTextAsync(file, await _cluster.CreatePlaceAsync());
        _database = new SqlDatabase(
            new PostgresDialect(new StorageOptions { Kind = StorageKind.Postgres, ConnectionStringFile = file, PatienceSeconds = 1, AnswerSeconds = Answer }),
            NullLogger<SqlDatabase>.Instance);
        _store = new SqlMempoolStore(_database);
        await _database.OpenAsync(default);
    }

    [TearDown]
    public async Task Close() => await _database.DisposeAsync();

    [TestCase(true)]
    [TestCase(false)]
    public async Task Writes_under_load_are_refused_while_the_server_is_away_and_none_that_was_acknowledged_is_lost(bool crash)
    {
        using CancellationTokenSource enough = new();
        List<int> acknowledged = [];
        int refused = 0;
        int next = 0;
        Task[] load =
        [
            .. Enumerable.Range(0, 8).Select(async _ =>
            {
                while (!enough.IsCancellationRequested)
                {
                    int number = Interlocked.Increment(ref next);
                    try
                    {
                        await _store.AddAsync(Stored.Operation(number), [], default);
                        lock (acknowledged)
                        {
                            acknowledged.Add(number);
                        }
                    }
                    catch (StoreUnavailableException)
                    {
                        Interlocked.Increment(ref refused);
                    }
                }
            }),
        ];
        await Eventually.Async(() => Count(acknowledged) > 50, TimeSpan.FromSeconds(30), "writes are acknowledged");
        await _cluster.StopAsync(crash);
        await Eventually.Async(() => Volatile.Read(ref refused) > 20, TimeSpan.FromSeconds(30), "writes are refused");
        Assert.That(_database.Fault, Does.Contain(_database.Location));
        Assert.That(() => _store.LoadAsync(default), Throws.TypeOf<StoreUnavailableException>());

        await _cluster.StartAgainAsync();
        int before = Count(acknowledged);
        await Eventually.Async(() => Count(acknowledged) > before + 50, TimeSpan.FromSeconds(30), "writes are acknowledged again");
        await enough.CancelAsync();
        await Task.WhenAll(load);

        Assert.That((await _store.LoadAsync(default)).Select(operation => (int)operation.Sequence), Is.SupersetOf(acknowledged));
        Assert.That(_database.Fault, Is.Null);
    }

    [Test]
    public async Task A_short_absence_is_waited_for_and_nobody_hears_of_it()
    {
        await _store.AddAsync(Stored.Operation(1), [], default);
        await _cluster.ExecuteAsync(PostgresCluster.Database, "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'bundler'");
        await Task.WhenAll(_store.AddAsync(Stored.Operation(2), [], default), _store.LoadAsync(default));

        Assert.That(await _store.LoadAsync(default), Has.Count.EqualTo(2));
    }

    [Test]
    public async Task A_server_that_stands_still_is_told_in_time_and_goes_on_where_it_was()
    {
        await Task.WhenAll(_store.AddAsync(Stored.Operation(1), [], default), _store.LoadAsync(default));
        Task[] calls;
        long start = TimeProvider.System.GetTimestamp();
        _cluster.StandStill();
        try
        {
            calls = [.. Enumerable.Range(2, 10).Select(number => _store.AddAsync(Stored.Operation(number), [], default)), _store.LoadAsync(default)];
            foreach (Task call in calls)
            {
                await Assert.ThrowsAsync<StoreUnavailableException>(() => call);
            }
        }
        finally
        {
            _cluster.GoOn();
        }

        Assert.That(TimeProvider.System.GetElapsedTime(start), Is.LessThan(TimeSpan.FromSeconds(Answer + 3)));
        await Eventually.Async(() => IsTakenAsync(11), TimeSpan.FromSeconds(30), "writes are taken again");

        Assert.That((await _store.LoadAsync(default)).Select(operation => operation.Sequence), Is.EquivalentTo(new[] { 1L, 11L }));
        Assert.That(_database.Fault, Is.Null);
    }

    [Test]
    public async Task A_server_that_only_reads_is_told_and_written_to_again_when_it_takes_writes()
    {
        await _cluster.ExecuteAsync(PostgresCluster.Database, $"ALTER DATABASE {PostgresCluster.Database} SET default_transaction_read_only = on");
        await _cluster.ExecuteAsync(PostgresCluster.Database, "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'bundler'");
        try
        {
            Assert.That(() => _store.AddAsync(Stored.Operation(1), [], default), Throws.TypeOf<StoreUnavailableException>().With.Message.Contains("read-only"));
            Assert.That(_database.Fault, Does.Contain("read-only"));
        }
        finally
        {
            await _cluster.ExecuteAsync("template1", $"ALTER DATABASE {PostgresCluster.Database} RESET default_transaction_read_only");
        }

        await _store.AddAsync(Stored.Operation(1), [], default);
        Assert.That(_database.Fault, Is.Null);
    }

    private async Task<bool> IsTakenAsync(int number)
    {
        try
        {
            await _store.AddAsync(Stored.Operation(number), [], default);
            return true;
        }
        catch (StoreUnavailableException)
        {
            return false;
        }
    }

    private static int Count(List<int> numbers)
    {
        lock (numbers)
        {
            return numbers.Count;
        }
    }
}
