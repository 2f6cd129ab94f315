using Bundler.Engine.Following;
using Bundler.Engine.Pool;
using Bundler.Engine.Reputation;
using Bundler.Storage;
using Bundler.Tests.Storage.Postgres;
using Bundler.Tests.Storage.Sqlite;

namespace Bundler.Tests.Storage;

[TestFixture(typeof(SqliteTestDatabase))]
[TestFixture(typeof(PostgresTestDatabase))]
public sealed class SqlChangeStoreTests<TDatabase> : StoreContract<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    private SqlMempoolStore Pool => new(Database);

    private SqlChangeStore Changes => new(Database);

    [Test]
    public async Task What_a_write_decides_in_its_transaction_is_stored_together()
    {
        await Pool.AddAsync(Stored.Operation(1), [], default);
        OperationStatusRecord end = Stored.Status(1, OperationState.Replaced, "by 2") with { UserOpHash = Stored.Operation(1).UserOpHash };

        await Pool.ChangeAsync(() => new PoolWrite(Stored.Operation(2), [new OperationEvent(end, Stored.EntryPoint, default, 7)]), default);

        Assert.That(await Pool.LoadAsync(default), Is.EqualTo(new[] { Stored.Operation(2) }));
        Assert.That(await Pool.FindStatusAsync(end.UserOpHash, default), Is.EqualTo(end));
    }

    [Test]
    public async Task A_write_that_decides_against_itself_stores_nothing()
    {
        await Pool.AddAsync(Stored.Operation(1), [], default);
        long before = await Changes.LastAsync(default);

        await Pool.ChangeAsync(() => null, default);

        Assert.That(await Pool.LoadAsync(default), Is.EqualTo(new[] { Stored.Operation(1) }));
        Assert.That(await Changes.LastAsync(default), Is.EqualTo(before));
    }

    [Test]
    public async Task Changes_are_written_only_where_other_nodes_may_be()
    {
        await Pool.AddAsync(Stored.Operation(1), [], default);
        await new SqlReputationStore(Database).SaveAsync([new StoredReputation(Stored.EntryPoint, Stored.EntryPoint, 1, 1)], default);
        await Pool.ClearAsync(null, default);

        Assert.That(await Changes.LastAsync(default) > 0, Is.EqualTo(Changes.IsShared));
    }

    [Test]
    public async Task What_this_process_wrote_is_its_own()
    {
        await Pool.AddAsync(Stored.Operation(1), [], default);

        Assert.That(await Changes.ReadAsync(0, 99, default), Is.All.InstanceOf<FleetChange.Own>());
    }

    [Test]
    public async Task Another_life_of_the_node_reads_what_the_one_before_wrote()
    {
        await Pool.AddAsync(Stored.Operation(1), [], default);
        await Pool.RemoveAsync([Stored.Status(5, OperationState.Dropped, "told")], default);
        await ReopenAsync();

        IReadOnlyList<FleetChange>? read = await Changes.ReadAsync(0, 99, default);

        Assert.That(read, Is.EqualTo(!Changes.IsShared ? [] : new FleetChange[]
        {
            new FleetChange.Added(read!.FirstOrDefault()?.Sequence ?? 0, Stored.Operation(1)),
            new FleetChange.Told(read!.LastOrDefault()?.Sequence ?? 0, Stored.Status(5, OperationState.Dropped, "told"), null),
        }));
    }
}
