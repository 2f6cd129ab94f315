using Bundler.Engine.Fleet;
using Bundler.Engine.Inclusion;
using Bundler.Engine.Ledger;
using Bundler.Engine.Retention;
using Bundler.Engine.Submission;
using Bundler.Ethereum.Primitives;
using Bundler.Tests.Storage.Postgres;
using Bundler.Tests.Storage.Sqlite;

namespace Bundler.Tests.Storage.Retention;

/// <summary>Signed transactions and entries of the ledger: what goes, what stays, and that no sum changes.</summary>
[TestFixture(typeof(SqliteTestDatabase))]
[TestFixture(typeof(PostgresTestDatabase))]
public sealed class LedgerMoveTests<TDatabase> : RetentionContract<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    private static readonly DateTimeOffset _late = Stored.Noon.AddDays(1);

    [Test]
    public async Task Totals_of_all_time_and_of_days_keep_what_was_moved()
    {
        await AddEntriesAsync([Stored.Entry(1, 10), Stored.Entry(2, 11), Stored.Entry(3, 12)]);
        await FinalizeAsync(12);
        IReadOnlyList<LedgerTotal> all = await Ledger.TotalsAsync(null, null, default);
        IReadOnlyList<LedgerTotal> day = await Ledger.TotalsAsync(new DateOnly(2026, 1, 2), new DateOnly(2026, 1, 2), default);

        Assert.That(await MoveLedgerAsync(rows: 2), Is.EqualTo(new[] { 2, 1 }));

        Assert.That(await CountAsync("ledger_entries"), Is.Zero);
        Assert.That(await CountAsync("ledger_shares"), Is.Zero);
        Assert.That(await Ledger.TotalsAsync(null, null, default), Is.EqualTo(all));
        Assert.That(await Ledger.TotalsAsync(new DateOnly(2026, 1, 2), new DateOnly(2026, 1, 2), default), Is.EqualTo(day));
        Assert.That(all.Single().GasPaid, Is.EqualTo((UInt256)270));
    }

    [Test]
    public async Task A_block_that_is_read_again_adds_nothing_to_the_totals()
    {
        await AddEntriesAsync([Stored.Entry(1, 10)]);
        await FinalizeAsync(10);
        await MoveLedgerAsync();

        await AddEntriesAsync([Stored.Entry(1, 10), Stored.Entry(2, 11)]);

        Assert.That((await Ledger.TotalsAsync(null, null, default)).Single().Bundles, Is.EqualTo(2));
        Assert.That(await CountAsync("ledger_entries"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_chain_that_begins_anew_is_booked_from_its_beginning()
    {
        await AddEntriesAsync([Stored.Entry(1, 10)]);
        await FinalizeAsync(10);
        await MoveLedgerAsync();
        await History.BeginAnewAsync(Stored.Mark(3), Fence.Sole, default);

        await AddEntriesAsync([Stored.Entry(2, 4)]);

        Assert.That(await CountAsync("ledger_entries"), Is.EqualTo(1));
    }

    [Test]
    public async Task What_is_young_not_final_not_judged_or_still_has_its_transactions_stays()
    {
        await AddEntriesAsync([
            Stored.Entry(1, 10) with { Success = false },
            Stored.Entry(2, 11),
            Stored.Entry(3, 12) with { Time = _late },
            Stored.Entry(4, 13),
            Stored.Entry(5, 14)]);
        await FinalizeAsync(13);
        StoredTransaction signed = Stored.Transaction(2, Stored.Entry(2, 11).BundleId, Stored.Hash(1));
        await Submissions.AddAsync(signed, Fence.Sole, default);

        Assert.That((await MoveLedgerAsync()).Sum(), Is.EqualTo(1));

        Assert.That(
            (await Ledger.ReadAsync(new LedgerFilter(), 10, default)).Select(entry => entry.Nonce), Is.EqualTo(new ulong[] { 1, 2, 3, 5 }));
    }

    [Test]
    public async Task Bundles_that_are_over_go_with_all_their_versions()
    {
        Hash32 mined = await SignAsync(1, 2);
        await SubmissionsEndAsync(1, BundleEnd.Mined, mined);
        await AddEntriesAsync([Stored.Entry(1, 10) with { TransactionHash = mined }]);
        await FinalizeAsync(10);
        await SignAsync(2, 3);
        await SubmissionsEndAsync(2, BundleEnd.Abandoned, null);

        Assert.That((await MoveTransactionsAsync(rows: 1)).Sum(), Is.EqualTo(5));

        Assert.That(await CountAsync("bundles"), Is.Zero);
        Assert.That(await CountAsync("transactions"), Is.Zero);
        Assert.That(await MoveLedgerAsync(), Is.EqualTo(new[] { 1 }), "the entry may follow");
    }

    [Test]
    public async Task Open_ones_and_those_at_risk_or_not_final_in_the_ledger_stay()
    {
        await SignAsync(1);
        Hash32 early = await SignAsync(2);
        await SubmissionsEndAsync(2, BundleEnd.Mined, early);
        await AddEntriesAsync([Stored.Entry(2, 10) with { TransactionHash = early }]);
        Hash32 lacking = await SignAsync(3);
        await SubmissionsEndAsync(3, BundleEnd.Mined, lacking);
        await SignAsync(4);
        await SubmissionsEndAsync(4, BundleEnd.Abandoned, null);
        await ExecuteAsync("UPDATE bundles SET at_risk = mined_transaction WHERE bundle_end IS NOT NULL AND mined_transaction IS NOT NULL");
        await ExecuteAsync("UPDATE transactions SET signed_at = signed_at + 10000000000000 WHERE nonce = 0");

        Assert.That((await MoveTransactionsAsync()).Sum(), Is.EqualTo(1), "the one that was given up");

        await ExecuteAsync("UPDATE bundles SET at_risk = NULL");
        Assert.That((await MoveTransactionsAsync()).Sum(), Is.Zero, "nothing is final");
        await FinalizeAsync(10);
        Assert.That((await MoveTransactionsAsync()).Sum(), Is.EqualTo(1));
        Assert.That(await CountAsync("bundles"), Is.EqualTo(2), "open, and mined but not in the ledger");
    }

    [Test]
    public async Task A_bundle_with_a_young_version_stays_whole()
    {
        await SignAsync(1, 2);
        await SubmissionsEndAsync(1, BundleEnd.Abandoned, null);

        await Store.MoveTransactionsAsync(DateTimeOffset.UnixEpoch, Stored.Noon.AddMilliseconds(11), 100, Fence.Sole, default);

        Assert.That(await CountAsync("transactions"), Is.EqualTo(2));
    }

    private Task AddEntriesAsync(LedgerEntry[] entries) => Task.WhenAll(entries.GroupBy(entry => entry.BlockNumber).Select(
        block => History.AddBlockAsync(new IndexedBlock(Stored.Mark(block.Key), [], []) { Ledger = [.. block] }, Fence.Sole, default)));

    /// <summary>As many versions of a bundle; the hash of the last. They are signed 1 ms after each other, 10 ms after those of the bundle before.</summary>
    private async Task<Hash32> SignAsync(int bundle, int versions = 1)
    {
        Hash32 last = default;
        for (int i = 0; i < versions; i++)
        {
            StoredTransaction version = Stored.Transaction(bundle * 10 + i, Stored.Entry(bundle, 1).BundleId, Stored.Hash(bundle));
            await Submissions.AddAsync(version, Fence.Sole, default);
            last = version.TransactionHash;
        }

        return last;
    }

    private Task SubmissionsEndAsync(int bundle, BundleEnd end, Hash32? mined) =>
        Submissions.CloseAsync(Stored.Entry(bundle, 1).BundleId, end, mined, Fence.Sole, default);

    private async Task<int[]> MoveLedgerAsync(int rows = 100) => await StepsAsync(after => Store.MoveLedgerAsync(after, _late, rows, Fence.Sole, default));

    private async Task<int[]> MoveTransactionsAsync(int rows = 100) => await StepsAsync(after => Store.MoveTransactionsAsync(after, _late, rows, Fence.Sole, default));

    private static async Task<int[]> StepsAsync(Func<DateTimeOffset, Task<RetentionMove<DateTimeOffset>>> step)
    {
        List<int> rows = [];
        DateTimeOffset? next = DateTimeOffset.UnixEpoch;
        while (next is { } after)
        {
            RetentionMove<DateTimeOffset> move = await step(after);
            rows.Add(move.Rows);
            next = move.Next;
        }

        return [.. rows.Where(moved => moved > 0)];
    }
}
