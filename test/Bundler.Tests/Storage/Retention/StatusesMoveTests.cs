using Bundler.Engine.Fleet;
using Bundler.Engine.Pool;
using Bundler.Engine.Retention;
using Bundler.Ethereum.Primitives;
using Bundler.Tests.Storage.Postgres;
using Bundler.Tests.Storage.Sqlite;

namespace Bundler.Tests.Storage.Retention;

[TestFixture(typeof(SqliteTestDatabase))]
[TestFixture(typeof(PostgresTestDatabase))]
public sealed class StatusesMoveTests<TDatabase> : RetentionContract<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    private static readonly DateTimeOffset _old = Stored.Noon.AddSeconds(1_000);

    [Test]
    public async Task What_never_reached_the_chain_keeps_its_reason()
    {
        OperationStatusRecord dropped = Stored.Status(1, OperationState.Dropped, "AA21 didn't pay prefund");
        await Mempool.SetStatusAsync([dropped], default);

        Assert.That(await SweepAsync(), Is.EqualTo(1));

        Assert.That(await CountAsync("operation_statuses"), Is.Zero);
        Assert.That(await Mempool.FindStatusAsync(Stored.Hash(1), default), Is.EqualTo(dropped));
    }

    [Test]
    public async Task Steps_are_bounded_and_go_through_all_hashes()
    {
        await Mempool.SetStatusAsync([.. Enumerable.Range(1, 50).Select(number => Stored.Status(number, OperationState.Replaced))], default);

        List<int> steps = [];
        Hash32? next = Hash32.Zero;
        while (next is { } after)
        {
            RetentionMove<Hash32> move = await Store.MoveStatusesAsync(after, _old, 7, Fence.Sole, default);
            steps.Add(move.Rows);
            next = move.Next;
        }

        Assert.That(steps, Has.All.LessThanOrEqualTo(7));
        Assert.That(steps.Sum(), Is.EqualTo(50));
        Assert.That(await CountAsync("ended_operations"), Is.EqualTo(50));
    }

    [Test]
    public async Task What_is_pending_or_in_the_index_or_young_stays()
    {
        StoredOperation pending = Stored.Operation(1);
        await Mempool.AddAsync(pending, [], default);
        await AddBlocksAsync([2]);
        await FinalizeAsync(10);
        await Mempool.SetStatusAsync([Stored.Status(1_000, OperationState.Dropped), Stored.Status(999, OperationState.Dropped)], default);

        Assert.That(await SweepAsync(), Is.EqualTo(1), "the one that ended before");

        Assert.That(await CountAsync("operation_statuses"), Is.EqualTo(3));
        Assert.That((await Mempool.FindStatusAsync(pending.UserOpHash, default))!.State, Is.EqualTo(OperationState.Pending));
        Assert.That(await CountAsync("mempool"), Is.EqualTo(1));
    }

    [Test]
    public async Task What_the_mempool_was_emptied_of_goes_too()
    {
        StoredOperation pending = Stored.Operation(1);
        await Mempool.AddAsync(pending, [], default);
        await Mempool.ClearAsync(null, default);

        Assert.That(await SweepAsync(), Is.EqualTo(1));
    }

    [Test]
    public async Task One_that_came_back_is_told_by_its_newer_word_and_moved_with_it()
    {
        await Mempool.SetStatusAsync([Stored.Status(1, OperationState.Dropped)], default);
        await SweepAsync();
        OperationStatusRecord again = Stored.Status(1, OperationState.Replaced, "by another") with { At = Stored.Noon.AddSeconds(500) };
        await Mempool.SetStatusAsync([again], default);
        Assert.That(await Mempool.FindStatusAsync(Stored.Hash(1), default), Is.EqualTo(again));

        await SweepAsync();

        Assert.That(await CountAsync("operation_statuses"), Is.Zero);
        Assert.That(await Mempool.FindStatusAsync(Stored.Hash(1), default), Is.EqualTo(again));
    }

    private async Task<int> SweepAsync() => (await Store.MoveStatusesAsync(Hash32.Zero, _old, 100, Fence.Sole, default)).Rows;
}
