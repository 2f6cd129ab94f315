using System.Data.Common;
using Bundler.Engine;
using Bundler.Engine.Fleet;
using Bundler.Engine.Inclusion;
using Bundler.Ethereum.Primitives;
using Bundler.Storage;
using Bundler.Tests.Storage.Postgres;
using Bundler.Tests.Storage.Sqlite;

namespace Bundler.Tests.Storage;

[TestFixture(typeof(SqliteTestDatabase))]
[TestFixture(typeof(PostgresTestDatabase))]
public sealed class SqlOperationHistoryStoreTests<TDatabase> : StoreContract<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    private SqlOperationHistoryStore Store => new(Database);

    [Test]
    public async Task An_empty_history_has_no_highest_block() => Assert.That(await Store.HighestBlockAsync(default), Is.Null);

    [Test]
    public async Task A_block_is_found_again_after_a_restart([Values(1, 2, 3, 5)] int operation)
    {
        IndexedBlock block = Stored.Block(Stored.Mark(10), operation);
        await Store.AddBlockAsync(block, Fence.Sole, default);
        await ReopenAsync();

        Assert.That(await Store.FindIncludedAsync(block.Operations[0].UserOpHash, default), Is.EqualTo(block.Operations[0]));
        Assert.That(await Store.FindReceiptAsync(Stored.Transaction(operation), default), Is.EqualTo(block.Receipts[0].Json));
        Assert.That(await Store.HighestBlockAsync(default), Is.EqualTo(block.Mark));
    }

    [Test]
    public async Task Adding_a_block_twice_changes_nothing()
    {
        IndexedBlock block = Stored.Block(Stored.Mark(10), 1, 2);
        await Store.AddBlockAsync(block, Fence.Sole, default);
        await Store.AddBlockAsync(block, Fence.Sole, default);

        Assert.That(await Store.BlocksAboveAsync(0, default), Is.EqualTo(new[] { block.Mark }));
        Assert.That(await Store.RemoveBlocksAsync([block.Mark.Hash], Fence.Sole, default), Is.EqualTo(block.Operations));
    }

    [Test]
    public async Task Blocks_above_a_number_come_ascending_with_empty_ones_among_them()
    {
        foreach (ulong number in new ulong[] { 12, 10, 11 })
        {
            await Store.AddBlockAsync(Stored.Block(Stored.Mark(number)), Fence.Sole, default);
        }

        Assert.That(await Store.BlocksAboveAsync(10, default), Is.EqualTo(new[] { Stored.Mark(11), Stored.Mark(12) }));
        Assert.That(await Store.HighestBlockAsync(default), Is.EqualTo(Stored.Mark(12)));
    }

    [Test]
    public async Task Removed_blocks_give_their_operations_back_in_order_and_set_the_mark_before_them()
    {
        IndexedBlock[] blocks = [Stored.Block(Stored.Mark(10), 1), Stored.Block(Stored.Mark(11), 3, 2), Stored.Block(Stored.Mark(12), 4)];
        foreach (IndexedBlock block in blocks)
        {
            await Store.AddBlockAsync(block, Fence.Sole, default);
        }

        IReadOnlyList<IncludedOperation> removed = await Store.RemoveBlocksAsync([Stored.Mark(12).Hash, Stored.Mark(11).Hash], Fence.Sole, default);

        Assert.That(removed, Is.EqualTo(blocks[1].Operations.Concat(blocks[2].Operations)));
        Assert.That(await Store.HighestBlockAsync(default), Is.EqualTo(Stored.Mark(10)));
        Assert.That(await Store.FindIncludedAsync(Stored.Hash(3), default), Is.Null);
        Assert.That(await Store.FindReceiptAsync(Stored.Transaction(4), default), Is.Null);
        Assert.That(await Store.FindIncludedAsync(Stored.Hash(1), default), Is.Not.Null);
        Assert.That(await Store.FindReceiptAsync(Stored.Transaction(1), default), Is.Not.Null);
    }

    [Test]
    public async Task What_stands_on_a_removed_block_goes_with_it()
    {
        await Store.AddBlockAsync(Stored.Block(Stored.Mark(10), 1), Fence.Sole, default);
        await Store.AddBlockAsync(Stored.Block(Stored.Mark(11), 2), Fence.Sole, default);

        IReadOnlyList<IncludedOperation> removed = await Store.RemoveBlocksAsync([Stored.Mark(10).Hash], Fence.Sole, default);

        Assert.That(removed.Select(operation => operation.UserOpHash), Is.EqualTo(new[] { Stored.Hash(1), Stored.Hash(2) }));
        Assert.That(await Store.HighestBlockAsync(default), Is.Null);
    }

    [Test]
    public async Task Removing_unknown_blocks_changes_nothing()
    {
        await Store.AddBlockAsync(Stored.Block(Stored.Mark(10), 1), Fence.Sole, default);

        Assert.That(await Store.RemoveBlocksAsync([Hash32.Zero], Fence.Sole, default), Is.Empty);
        Assert.That(await Store.RemoveBlocksAsync([], Fence.Sole, default), Is.Empty);
        Assert.That(await Store.HighestBlockAsync(default), Is.EqualTo(Stored.Mark(10)));
    }

    [Test]
    public async Task After_a_reorg_an_operation_is_found_in_its_new_block()
    {
        await Store.AddBlockAsync(Stored.Block(Stored.Mark(10), 1), Fence.Sole, default);
        await Store.RemoveBlocksAsync([Stored.Mark(10).Hash], Fence.Sole, default);
        await Store.AddBlockAsync(Stored.Block(Stored.Mark(10, fork: 1)), Fence.Sole, default);
        await Store.AddBlockAsync(Stored.Block(Stored.Mark(11, fork: 1), 1), Fence.Sole, default);

        Assert.That((await Store.FindIncludedAsync(Stored.Hash(1), default))?.Block, Is.EqualTo(Stored.Mark(11, fork: 1)));
        Assert.That(await Store.BlocksAboveAsync(9, default), Is.EqualTo(new[] { Stored.Mark(10, fork: 1), Stored.Mark(11, fork: 1) }));
    }

    [Test]
    public async Task A_sibling_of_an_indexed_block_is_refused_until_that_one_is_removed()
    {
        await Store.AddBlockAsync(Stored.Block(Stored.Mark(10), 1), Fence.Sole, default);

        Assert.That(async () => await Store.AddBlockAsync(Stored.Block(Stored.Mark(10, fork: 1), 2), Fence.Sole, default), Throws.TypeOf<StoreUnavailableException>().With.InnerException.InstanceOf<DbException>());
        Assert.That(await Store.FindIncludedAsync(Stored.Hash(2), default), Is.Null);
    }

    [Test]
    public async Task What_this_node_had_itself_is_not_overwritten_by_what_the_call_data_tells()
    {
        IncludedOperation own = Stored.Block(Stored.Mark(10), 1).Operations[0] with { IsOwn = true };
        await Store.AddBlockAsync(new IndexedBlock(Stored.Mark(10), [own], []), Fence.Sole, default);
        await Store.AddBlockAsync(new IndexedBlock(Stored.Mark(10), [own with { IsOwn = false, OperationJson = Bytes.Parse("0x7b7d") }], []), Fence.Sole, default);

        Assert.That(await Store.FindIncludedAsync(own.UserOpHash, default), Is.EqualTo(own));
    }

    [Test]
    public async Task The_content_of_an_operation_is_added_once_and_never_changed()
    {
        IncludedOperation bare = Stored.Block(Stored.Mark(10), 5).Operations[0];
        await Store.AddBlockAsync(new IndexedBlock(Stored.Mark(10), [bare], []), Fence.Sole, default);
        await Store.SetContentAsync(bare.UserOpHash, Bytes.Parse("0x01"), default);
        await Store.SetContentAsync(bare.UserOpHash, Bytes.Parse("0x02"), default);
        await Store.SetContentAsync(Stored.Hash(77), Bytes.Parse("0x03"), default);

        Assert.That((await Store.FindIncludedAsync(bare.UserOpHash, default))!.OperationJson, Is.EqualTo((Bytes?)Bytes.Parse("0x01")));
        Assert.That(await Store.FindIncludedAsync(Stored.Hash(77), default), Is.Null);
    }

    [Test]
    public async Task History_leaves_no_marks()
    {
        await Store.AddBlockAsync(Stored.Block(Stored.Mark(10)), Fence.Sole, default);
        await Store.AddHistoryAsync([Stored.Block(Stored.Mark(5), 1), Stored.Block(Stored.Mark(6), 2)], default);

        Assert.That(await Store.BlocksAboveAsync(0, default), Is.EqualTo(new[] { Stored.Mark(10) }));
        Assert.That(await Store.FirstBlockAsync(default), Is.EqualTo(10));
        Assert.That(await Store.FindIncludedAsync(Stored.Hash(2), default), Is.Not.Null);
        Assert.That(await Store.FindReceiptAsync(Stored.Transaction(1), default), Is.Not.Null);
    }

    [Test]
    public async Task A_reorganisation_below_the_final_block_lowers_it()
    {
        foreach (ulong number in new ulong[] { 10, 11, 12 })
        {
            await Store.AddBlockAsync(Stored.Block(Stored.Mark(number), (int)number), Fence.Sole, default);
        }

        IReadOnlyList<IncludedOperation> final = await Store.FinalizeAsync(10, 12, 64, Stored.Noon, Fence.Sole, default);
        await Store.RemoveBlocksAsync([Stored.Mark(11).Hash], Fence.Sole, default);

        Assert.That(final.Select(operation => operation.UserOpHash), Is.EqualTo(new[] { Stored.Hash(11), Stored.Hash(12) }));
        Assert.That(await Store.FinalBlockAsync(default), Is.EqualTo(10));
    }
}
