using Bundler.Engine.Reputation;
using Bundler.Ethereum.Primitives;
using Bundler.Storage;
using Bundler.Tests.Ethereum;
using Bundler.Tests.Storage.Postgres;
using Bundler.Tests.Storage.Sqlite;

namespace Bundler.Tests.Storage;

[TestFixture(typeof(SqliteTestDatabase))]
[TestFixture(typeof(PostgresTestDatabase))]
public sealed class SqlReputationStoreTests<TDatabase> : StoreContract<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    private static readonly Address Other = new Random(1).NextAddress();

    private SqlReputationStore Store => new(Database);

    [Test]
    public async Task Saved_entries_are_loaded_after_a_restart()
    {
        StoredReputation[] entries = [Entry(1, Stored.EntryPoint, 12), Entry(1, Other, ulong.MaxValue), Entry(2, Other, 1)];
        await Store.SaveAsync(entries, default);
        await ReopenAsync();

        Assert.That(await Store.LoadAsync(default), Is.EquivalentTo(entries));
    }

    [Test]
    public async Task Saving_an_entry_again_overwrites_its_counters()
    {
        await Store.SaveAsync([Entry(1, Other, 12)], default);
        await Store.SaveAsync([Entry(1, Other, 11)], default);

        Assert.That(await Store.LoadAsync(default), Is.EqualTo(new[] { Entry(1, Other, 11) }));
    }

    [Test]
    public async Task An_entry_with_both_counters_at_nothing_is_forgotten()
    {
        await Store.SaveAsync([Entry(1, Other, 12), Entry(2, Other, 12)], default);
        await Store.SaveAsync([Entry(1, Other, 0)], default);

        Assert.That(await Store.LoadAsync(default), Is.EqualTo(new[] { Entry(2, Other, 12) }));
    }

    [Test]
    public async Task Clearing_an_EntryPoint_leaves_the_others()
    {
        await Store.SaveAsync([Entry(1, Stored.EntryPoint, 1), Entry(1, Other, 2)], default);
        await Store.ClearAsync(Stored.EntryPoint, default);

        Assert.That(await Store.LoadAsync(default), Is.EqualTo(new[] { Entry(1, Other, 2) }));
    }

    [Test]
    public async Task Clearing_all_leaves_none()
    {
        await Store.SaveAsync([Entry(1, Stored.EntryPoint, 1), Entry(1, Other, 2)], default);
        await Store.ClearAsync(null, default);

        Assert.That(await Store.LoadAsync(default), Is.Empty);
    }

    private static StoredReputation Entry(int number, Address entryPoint, ulong seen) =>
        new(entryPoint, new Random(number).NextAddress(), seen, seen / 2);
}
