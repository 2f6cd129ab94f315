using Bundler.Engine.Fleet;
using Bundler.Engine.Pool;
using Bundler.Engine.Retention;
using Bundler.Storage;
using Bundler.Storage.Retention;
using Bundler.Tests.Storage.Postgres;
using Bundler.Tests.Storage.Sqlite;

namespace Bundler.Tests.Storage.Retention;

[TestFixture(typeof(SqliteTestDatabase))]
[TestFixture(typeof(PostgresTestDatabase))]
public sealed class StoreTablesTests<TDatabase> : RetentionContract<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    private const int Operations = 2_000;
    private const int Dropped = 12_000;

    [Test]
    public async Task Each_table_says_why_it_does_not_grow_for_ever()
    {
        StoreSizes sizes = await Store.SizesAsync(default);

        Assert.That(sizes.Tables.Select(table => table.Table), Is.EquivalentTo(StoreTables.Bounds.Keys));
    }

    [Test]
    public async Task The_build_before_works_beside_this_one() => Assert.That(
        await Database.ReadAsync((session, token) => session.Prepare("SELECT compatible_with FROM schema_version").ReadFirstAsync(row => row.Int64(0), token), default),
        Is.LessThan(SqlSchema.Version));

    [Test]
    public async Task Sizes_are_near_the_truth()
    {
        await Database.WriteAsync((_, _) => Task.CompletedTask, default);
        for (int block = 0; block < Operations / 20; block++)
        {
            await History.AddBlockAsync(Stored.Block(Stored.Mark((ulong)block), [.. Enumerable.Range(block * 20, 20)]), Fence.Sole, default);
        }

        await Mempool.SetStatusAsync([.. Enumerable.Range(0, Dropped).Select(number => Stored.Status(number, OperationState.Dropped, "a reason"))], default);
        if (typeof(TDatabase) == typeof(PostgresTestDatabase))
        {
            await ExecuteAsync("ANALYZE");
        }

        StoreSizes sizes = await Store.SizesAsync(default);
        TableSize[] large = [.. sizes.Tables.Where(table => table.Table is "included_operations" or "receipts" or "operation_statuses")];

        Assert.That(large.Select(table => table.Rows), Is.EqualTo(new[] { Operations, Dropped, Operations }));
        Assert.That(sizes.Tables.Single(table => table.Table == "ended_operations").Rows, Is.Zero);
        Assert.That(large.Sum(table => table.Bytes), Is.InRange(sizes.TotalBytes / (typeof(TDatabase) == typeof(PostgresTestDatabase) ? 10_000 : 2), sizes.TotalBytes));
    }
}
