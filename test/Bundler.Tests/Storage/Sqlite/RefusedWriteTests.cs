using Bundler.Engine;
using Bundler.Engine.Fleet;
using Bundler.Storage;
using Bundler.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bundler.Tests.Storage.Sqlite;

/// <summary>A store that refuses a statement, and not the disk: the caller may try again, and health tells it.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class RefusedWriteTests
{
    private readonly SqliteTestDatabase _home = new();
    private SqlDatabase _database = null!;
    private SqlMempoolStore _store = null!;

    [SetUp]
    public async Task Open()
    {
        _database = new SqlDatabase(_home.Dialect(), NullLogger<SqlDatabase>.Instance);
        _store = new SqlMempoolStore(_database);
        await _database.OpenAsync(default);
    }

    [TearDown]
    public async Task Remove()
    {
        await _database.DisposeAsync();
        await _home.DisposeAsync();
    }

    [TestCase("CREATE TRIGGER t BEFORE INSERT ON mempool BEGIN SELECT RAISE(FAIL, 'no'); END", "DROP TRIGGER t", "no")]
    [TestCase("CREATE TRIGGER t BEFORE INSERT ON mempool BEGIN SELECT RAISE(ROLLBACK, 'no'); END", "DROP TRIGGER t", "could not be written")]
    [TestCase("CREATE TRIGGER t BEFORE INSERT ON operation_statuses BEGIN SELECT RAISE(ABORT, 'no'); END", "DROP TRIGGER t", "no")]
    [TestCase("ALTER TABLE mempool RENAME TO gone", "ALTER TABLE gone RENAME TO mempool", "no such table")]
    [TestCase("CREATE UNIQUE INDEX one ON mempool (entry_point)", "DROP INDEX one", "UNIQUE constraint failed")]
    public async Task A_statement_that_is_refused_is_told_as_a_store_that_is_unavailable_until_it_is_taken(string harm, string repair, string word)
    {
        await _store.AddAsync(Stored.Operation(1) with { EntryPoint = default }, [], default);
        Execute(harm);

        Assert.That(() => _store.AddAsync(Stored.Operation(2) with { EntryPoint = default }, [], default), Throws.TypeOf<StoreUnavailableException>().With.Message.Contains(word));
        Assert.That(() => _database.TryWriteAsync(default), Throws.TypeOf<StoreUnavailableException>());
        Assert.That(_database.Fault, Does.Contain(word));

        Execute(repair);
        await _database.TryWriteAsync(default);
        Assert.That((_database.Fault, _database.LastRefusal), Is.EqualTo(((string?)null, (string?)null)));
        await _store.AddAsync(Stored.Operation(2), [], default);
    }

    [Test]
    public async Task A_refusal_that_no_admission_meets_is_told_and_keeps_nobody_out()
    {
        Execute("CREATE TRIGGER t BEFORE INSERT ON bundles BEGIN SELECT RAISE(FAIL, 'no'); END");

        Assert.That(
            () => new SqlSubmissionStore(_database).AddAsync(Stored.Transaction(1, Guid.NewGuid()), Fence.Sole, default), Throws.TypeOf<StoreUnavailableException>());
        Assert.That(_database.LastRefusal, Does.Contain("no"));
        Assert.That(_database.Fault, Is.Null);
        await _store.AddAsync(Stored.Operation(2), [], default);
    }

    [Test]
    public void Reading_what_is_not_there_is_told_as_a_store_that_is_unavailable()
    {
        Execute("DROP TABLE reputation");

        Assert.That(() => new SqlReputationStore(_database).LoadAsync(default), Throws.TypeOf<StoreUnavailableException>().With.Message.Contains("no such table"));
    }

    [Test]
    public async Task A_trial_leaves_nothing()
    {
        await _database.TryWriteAsync(default);

        Assert.That(await _store.LoadAsync(default), Is.Empty);
        Assert.That(await _store.FindStatusAsync(default, default), Is.Null);
    }

    private void Execute(string sql)
    {
        using SqliteConnection connection = new($"Data Source={_home.Dialect().Location};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
