using Bundler.Engine.Pool;
using Bundler.Ethereum.Primitives;
using Bundler.Storage;
using Bundler.Tests.Ethereum;
using Bundler.Tests.Storage.Postgres;
using Bundler.Tests.Storage.Sqlite;

namespace Bundler.Tests.Storage;

[TestFixture(typeof(SqliteTestDatabase))]
[TestFixture(typeof(PostgresTestDatabase))]
public sealed class SqlMempoolStoreTests<TDatabase> : StoreContract<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    private SqlMempoolStore Store => new(Database);

    [Test]
    public async Task An_added_operation_is_loaded_as_it_was_after_a_restart()
    {
        StoredOperation operation = Stored.Operation(7);
        await Store.AddAsync(operation, [], default);
        await ReopenAsync();

        Assert.That(await Store.LoadAsync(default), Is.EqualTo(new[] { operation }));
    }

    [Test]
    public async Task Operations_are_loaded_in_the_order_of_their_sequence()
    {
        foreach (int number in new[] { 3, 1, 2 })
        {
            await Store.AddAsync(Stored.Operation(number), [], default);
        }

        Assert.That((await Store.LoadAsync(default)).Select(operation => operation.Sequence), Is.EqualTo(new[] { 1L, 2L, 3L }));
    }

    [Test]
    public async Task An_added_operation_is_pending_since_its_admission()
    {
        StoredOperation operation = Stored.Operation(7);
        await Store.AddAsync(operation, [], default);

        Assert.That(
            await Store.FindStatusAsync(operation.UserOpHash, default),
            Is.EqualTo(new OperationStatusRecord(operation.UserOpHash, OperationState.Pending, null, null, operation.AdmittedAt)));
    }

    [Test]
    public async Task Adding_an_operation_ends_the_ones_it_replaces()
    {
        await Store.AddAsync(Stored.Operation(1), [], default);
        OperationStatusRecord replaced = Stored.Status(1, OperationState.Replaced, "by 2");
        await Store.AddAsync(Stored.Operation(2), [replaced], default);

        Assert.That(await Store.LoadAsync(default), Is.EqualTo(new[] { Stored.Operation(2) }));
        Assert.That(await Store.FindStatusAsync(replaced.UserOpHash, default), Is.EqualTo(replaced));
    }

    [Test]
    public async Task Adding_a_known_operation_writes_it_anew()
    {
        StoredOperation later = Stored.Operation(1) with { Sequence = 9, AdmittedAtBlock = ulong.MaxValue, Json = Bytes.Empty };
        await Store.AddAsync(Stored.Operation(1), [], default);
        await Store.AddAsync(later, [], default);

        Assert.That(await Store.LoadAsync(default), Is.EqualTo(new[] { later }));
    }

    [Test]
    public async Task Removed_operations_are_gone_and_their_end_is_told()
    {
        await Store.AddAsync(Stored.Operation(1), [], default);
        await Store.AddAsync(Stored.Operation(2), [], default);
        OperationStatusRecord end = Stored.Status(1, OperationState.Included) with { TransactionHash = Stored.Hash(99) };
        await Store.RemoveAsync([end, Stored.Status(77, OperationState.Dropped, "never in the mempool")], default);

        Assert.That(await Store.LoadAsync(default), Is.EqualTo(new[] { Stored.Operation(2) }));
        Assert.That(await Store.FindStatusAsync(end.UserOpHash, default), Is.EqualTo(end));
        Assert.That((await Store.FindStatusAsync(Stored.Hash(77), default))?.State, Is.EqualTo(OperationState.Dropped));
    }

    [Test]
    public async Task Clearing_an_EntryPoint_leaves_the_others()
    {
        StoredOperation other = Stored.Operation(2) with { EntryPoint = new Random(1).NextAddress() };
        await Store.AddAsync(Stored.Operation(1), [], default);
        await Store.AddAsync(other, [], default);
        await Store.ClearAsync(Stored.EntryPoint, default);

        Assert.That(await Store.LoadAsync(default), Is.EqualTo(new[] { other }));
    }

    [Test]
    public async Task Clearing_all_leaves_none()
    {
        await Store.AddAsync(Stored.Operation(1), [], default);
        await Store.ClearAsync(null, default);

        Assert.That(await Store.LoadAsync(default), Is.Empty);
    }

    [Test]
    public async Task A_later_status_overwrites_an_earlier_one_whatever_the_clock_says()
    {
        OperationStatusRecord later = Stored.Status(1, OperationState.Dropped, "expired — “längst”") with { At = Stored.Noon.AddHours(-1) };
        await Store.SetStatusAsync([Stored.Status(1, OperationState.Pending), Stored.Status(1, OperationState.Bundled)], default);
        await Store.SetStatusAsync([later], default);

        Assert.That(await Store.FindStatusAsync(later.UserOpHash, default), Is.EqualTo(later));
    }

    [Test]
    public async Task The_status_of_an_unknown_operation_is_null() =>
        Assert.That(await Store.FindStatusAsync(Stored.Hash(1), default), Is.Null);
}
