using Bundler.Engine;
using Bundler.Engine.Fleet;
using Bundler.Engine.Inclusion;
using Bundler.Engine.Pool;
using Bundler.Engine.Retention;
using Bundler.Tests.Storage.Postgres;
using Bundler.Tests.Storage.Sqlite;

namespace Bundler.Tests.Storage.Retention;

[TestFixture(typeof(SqliteTestDatabase))]
[TestFixture(typeof(PostgresTestDatabase))]
public sealed class OperationsMoveTests<TDatabase> : RetentionContract<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    [Test]
    public async Task A_moved_operation_leaves_its_end_with_its_transaction_and_block()
    {
        await AddBlocksAsync([1], [2]);
        await FinalizeAsync(11);

        int moved = await MoveOperationsAsync(upTo: 10);
        await ReopenAsync();

        Assert.That(moved, Is.EqualTo(1));
        Assert.That(await History.FindIncludedAsync(Stored.Hash(1), default), Is.Null);
        Assert.That(await History.FindReceiptAsync(Stored.Transaction(1), default), Is.Null);
        Assert.That(
            await Mempool.FindStatusAsync(Stored.Hash(1), default),
            Is.EqualTo(new OperationStatusRecord(Stored.Hash(1), OperationState.Final, Stored.Transaction(1), null, Stored.Noon) { LeftTo = 10 }));
        Assert.That(await History.FindIncludedAsync(Stored.Hash(2), default), Is.Not.Null);
        Assert.That((await Mempool.FindStatusAsync(Stored.Hash(2), default))!.LeftTo, Is.Null);
        Assert.That(await CountAsync("operation_statuses"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_step_takes_whole_blocks_from_the_oldest_on_and_no_more_rows_than_it_may()
    {
        await AddBlocksAsync([1, 2], [3], [4, 5, 6], [7]);
        await FinalizeAsync(13);

        List<int> steps = [];
        while (await MoveOperationsAsync(rows: 3) is > 0 and int moved)
        {
            steps.Add(moved);
        }

        Assert.That(steps, Is.EqualTo(new[] { 3, 3, 1 }));
        Assert.That(await CountAsync("ended_operations"), Is.EqualTo(7));
        Assert.That(await CountAsync("receipts"), Is.Zero);
    }

    [Test]
    public async Task A_block_with_more_rows_than_a_step_goes_alone()
    {
        await AddBlocksAsync([1, 2, 3], [4]);
        await FinalizeAsync(11);

        Assert.That(await MoveOperationsAsync(rows: 2), Is.EqualTo(3));
        Assert.That(await MoveOperationsAsync(rows: 2), Is.EqualTo(1));
    }

    [Test]
    public async Task What_is_not_final_stays()
    {
        await AddBlocksAsync([1], [2], [3]);
        Assert.That(await MoveOperationsAsync(), Is.Zero);
        Assert.That(await Store.OldestAsync(default), Is.Null);

        await FinalizeAsync(11);

        Assert.That(await Store.OldestAsync(default), Is.EqualTo(new IndexedTransaction(Stored.Transaction(1), 10, Stored.Mark(10).Hash)));
        Assert.That(await MoveOperationsAsync(), Is.EqualTo(2));
        Assert.That(await History.FindIncludedAsync(Stored.Hash(3), default), Is.Not.Null);
    }

    [Test]
    public async Task Blocks_that_a_fork_is_looked_for_in_stay_known_by_hash()
    {
        await AddBlocksAsync([1], [2]);
        await History.AddBlockAsync(Stored.Block(Stored.Mark(11 + Remembered), 3), Fence.Sole, default);
        await FinalizeAsync(11 + Remembered);

        await MoveOperationsAsync();

        Assert.That(await History.BlocksAboveAsync(0, default), Is.EqualTo(new[] { Stored.Mark(11), Stored.Mark(11 + Remembered) }));
        Assert.That(await History.HighestBlockAsync(default), Is.EqualTo(Stored.Mark(11 + Remembered)));
    }

    [Test]
    public async Task A_step_that_breaks_off_in_its_last_statement_has_moved_nothing()
    {
        await AddBlocksAsync([1], [2]);
        await FinalizeAsync(11);
        await ExecuteAsync("ALTER TABLE blocks RENAME TO blocks_away");

        Assert.That(() => MoveOperationsAsync(), Throws.TypeOf<StoreUnavailableException>());

        await ExecuteAsync("ALTER TABLE blocks_away RENAME TO blocks");
        Assert.That(await CountAsync("ended_operations"), Is.Zero);
        Assert.That(await CountAsync("included_operations"), Is.EqualTo(2));
        Assert.That(await CountAsync("receipts"), Is.EqualTo(2));
        Assert.That(await CountAsync("operation_statuses"), Is.EqualTo(2));
        Assert.That(await MoveOperationsAsync(), Is.EqualTo(2));
    }

    [Test]
    public async Task Who_lost_the_index_moves_nothing()
    {
        await AddBlocksAsync([1]);
        await FinalizeAsync(10);

        Assert.That(
            () => Store.MoveOperationsAsync(10, 100, Remembered, Stored.Noon, new Fence(DutyNames.Index, "another", 7), default), Throws.TypeOf<LeaseLostException>());
        Assert.That(await CountAsync("included_operations"), Is.EqualTo(1));
    }

    [Test]
    public async Task One_that_was_asked_for_again_is_moved_again_and_keeps_its_end()
    {
        await AddBlocksAsync([1]);
        await FinalizeAsync(10);
        await MoveOperationsAsync();
        await History.AddHistoryAsync([Stored.Block(Stored.Mark(10), 1)], default);
        Assert.That(await History.FindIncludedAsync(Stored.Hash(1), default), Is.Not.Null);

        await MoveOperationsAsync();

        Assert.That(await History.FindIncludedAsync(Stored.Hash(1), default), Is.Null);
        Assert.That((await Mempool.FindStatusAsync(Stored.Hash(1), default))!.At, Is.EqualTo(Stored.Noon));
    }

    [Test]
    public async Task What_is_left_is_forgotten_by_its_own_age_and_the_index_begins_behind_it()
    {
        await AddBlocksAsync([1], [2], [3]);
        await FinalizeAsync(12);
        await MoveOperationsAsync(upTo: 11);
        await Mempool.SetStatusAsync([Stored.Status(4, OperationState.Dropped)], default);

        Assert.That(await Store.ForgetAsync(Stored.Noon, 1, Fence.Sole, default), Is.Zero, "not older than that");
        Assert.That(await History.FirstBlockAsync(default), Is.EqualTo(10));
        Assert.That(await Store.ForgetAsync(Stored.Noon.AddTicks(1), 1, Fence.Sole, default), Is.EqualTo(1), "bounded");
        Assert.That(await Store.ForgetAsync(Stored.Noon.AddTicks(1), 5, Fence.Sole, default), Is.EqualTo(1));

        Assert.That(await Mempool.FindStatusAsync(Stored.Hash(1), default), Is.Null);
        Assert.That(await History.FirstBlockAsync(default), Is.EqualTo(12));
        Assert.That(await CountAsync("operation_statuses"), Is.EqualTo(2));
    }
}
