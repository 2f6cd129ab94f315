using Bundler.Engine;
using Bundler.Storage;
using Bundler.Tests.Storage.Postgres;
using Bundler.Tests.Storage.Sqlite;

namespace Bundler.Tests.Storage;

[TestFixture(typeof(SqliteTestDatabase))]
[TestFixture(typeof(PostgresTestDatabase))]
public sealed class SqlDatabaseTests<TDatabase> : StoreContract<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    [Test]
    public async Task A_write_is_read_by_every_reader_as_soon_as_it_is_acknowledged()
    {
        SqlMempoolStore store = new(Database);
        for (int number = 1; number <= 50; number++)
        {
            await store.AddAsync(Stored.Operation(number), [], default);
            int[] counts = await Task.WhenAll(Enumerable.Range(0, SqlReaders.Connections * 2).Select(async _ => (await store.LoadAsync(default)).Count));

            Assert.That(counts, Is.All.EqualTo(number));
        }
    }

    [Test]
    public async Task Reads_do_not_wait_for_a_write_under_way()
    {
        SqlMempoolStore store = new(Database);
        WriterGate gate = await WriterGate.HoldAsync(Database);

        Assert.That(await store.LoadAsync(default), Is.Empty);
        gate.Open();
        await gate.Held;
    }

    [Test]
    public void A_reader_cannot_write() =>
        Assert.That(
            async () => await Database.ReadAsync((session, token) => session.Prepare("DELETE FROM mempool").ExecuteAsync(token), default),
            Throws.TypeOf<StoreUnavailableException>());

    [Test]
    public async Task A_closed_database_says_so()
    {
        SqlMempoolStore store = new(Database);
        await Database.DisposeAsync();

        Assert.That(async () => await store.LoadAsync(default), Throws.TypeOf<StoreUnavailableException>().With.Message.Contains("closed"));
        Assert.That(
            async () => await store.AddAsync(Stored.Operation(1), [], default),
            Throws.TypeOf<StoreUnavailableException>().With.Message.Contains("closed"));
    }
}
