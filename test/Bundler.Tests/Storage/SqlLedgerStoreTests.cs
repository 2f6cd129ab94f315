using Bundler.Engine.Fleet;
using Bundler.Engine.Inclusion;
using Bundler.Engine.Ledger;
using Bundler.Engine.Submission;
using Bundler.Ethereum.Primitives;
using Bundler.Storage;
using Bundler.Tests.Storage.Postgres;
using Bundler.Tests.Storage.Sqlite;

namespace Bundler.Tests.Storage;

[TestFixture(typeof(SqliteTestDatabase))]
[TestFixture(typeof(PostgresTestDatabase))]
public sealed class SqlLedgerStoreTests<TDatabase> : StoreContract<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    private static readonly Address _other = Address.Parse("0x4337084D9E255Ff0702461CF8895CE9E3b5Ff108");

    private SqlLedgerStore Store => new(Database);

    private SqlOperationHistoryStore History => new(Database);

    [Test]
    public async Task An_entry_is_read_as_it_was_written_after_a_restart()
    {
        LedgerEntry written = Stored.Entry(1, block: 10) with { EffectiveGasPrice = UInt256.MaxValue, Nonce = ulong.MaxValue - 1 };
        await AddAsync(written);
        await ReopenAsync();

        LedgerEntry read = (await Store.FindAsync(written.TransactionHash, default))!;

        Assert.That(read.Shares, Is.EqualTo(written.Shares));
        Assert.That(read with { Shares = written.Shares }, Is.EqualTo(written));
    }

    [Test]
    public async Task Pages_follow_each_other_in_the_order_of_the_chain()
    {
        LedgerEntry[] entries = [Stored.Entry(1, 10), Stored.Entry(2, 11), Stored.Entry(3, 11, index: 1), Stored.Entry(4, 12)];
        await AddAsync(entries);

        List<Hash32> read = [];
        LedgerPlace? after = null;
        while (await Store.ReadAsync(new LedgerFilter { After = after }, 3, default) is { Count: > 0 } page)
        {
            read.AddRange(page.Select(entry => entry.TransactionHash));
            after = LedgerPlace.Of(page[^1]);
        }

        Assert.That(read, Is.EqualTo(entries.Select(entry => entry.TransactionHash)));
    }

    [Test]
    public async Task Filters_are_by_time_signer_and_entry_point()
    {
        LedgerEntry[] entries =
        [
            Stored.Entry(1, 10),
            Stored.Entry(2, 11) with { Signer = _other },
            Stored.Entry(3, 12) with { EntryPoint = _other },
            Stored.Entry(4, 13),
        ];
        await AddAsync(entries);

        Assert.That(await NumbersAsync(new LedgerFilter()), Is.EqualTo(new[] { 10, 11, 12, 13 }));
        Assert.That(await NumbersAsync(new LedgerFilter { From = entries[1].Time }), Is.EqualTo(new[] { 11, 12, 13 }));
        Assert.That(await NumbersAsync(new LedgerFilter { Until = entries[2].Time }), Is.EqualTo(new[] { 10, 11 }));
        Assert.That(await NumbersAsync(new LedgerFilter { From = entries[3].Time.AddSeconds(1) }), Is.Empty);
        Assert.That(await NumbersAsync(new LedgerFilter { Signer = _other }), Is.EqualTo(new[] { 11 }));
        Assert.That(await NumbersAsync(new LedgerFilter { EntryPoint = _other }), Is.EqualTo(new[] { 12 }));
        Assert.That(await NumbersAsync(new LedgerFilter { EntryPoint = _other, Signer = _other }), Is.Empty);
        Assert.That(await NumbersAsync(new LedgerFilter { From = entries[2].Time, After = LedgerPlace.Of(entries[0]) }), Is.EqualTo(new[] { 12, 13 }));
    }

    [Test]
    public async Task Totals_are_by_signer_and_entry_point_over_days_or_all_time()
    {
        LedgerEntry[] entries =
        [
            Stored.Entry(1, 10),
            Stored.Entry(2, 11) with { Time = Stored.Noon.AddDays(1) },
            Stored.Entry(3, 12) with { Time = Stored.Noon.AddDays(1), Success = false },
            Stored.Entry(4, 13) with { Time = Stored.Noon.AddDays(2), Signer = _other, Kind = LedgerKind.Cancellation, Shares = [], FeesReceived = 0 },
        ];
        await AddAsync(entries);
        DateOnly first = DateOnly.FromDateTime(Stored.Noon.UtcDateTime);

        Assert.That(await Store.TotalsAsync(null, null, default), Is.EquivalentTo(Sums(entries)));
        Assert.That(await Store.TotalsAsync(first, first.AddDays(2), default), Is.EquivalentTo(Sums(entries)));
        Assert.That(await Store.TotalsAsync(first.AddDays(1), null, default), Is.EquivalentTo(Sums(entries[1..])));
        Assert.That(await Store.TotalsAsync(null, first, default), Is.EquivalentTo(Sums(entries[..1])));
    }

    [Test]
    public async Task Of_many_hashes_those_we_signed_are_known()
    {
        SqlSubmissionStore submissions = new(Database);
        StoredTransaction ours = Stored.Transaction(1, Guid.NewGuid(), Stored.Hash(5));
        await submissions.AddAsync(ours, Fence.Sole, default);

        IReadOnlyDictionary<Hash32, StoredTransaction> known = await Store.SignedAmongAsync([Stored.Hash(1), ours.TransactionHash], default);

        Assert.That(known.Keys, Is.EqualTo(new[] { ours.TransactionHash }));
        Assert.That(known[ours.TransactionHash].Raw, Is.EqualTo(ours.Raw));
    }

    private static IEnumerable<LedgerTotal> Sums(IEnumerable<LedgerEntry> entries) =>
        entries.GroupBy(entry => (entry.Signer, entry.EntryPoint))
            .Select(group => group.Aggregate(new LedgerTotal(group.Key.Signer, group.Key.EntryPoint), (sum, entry) => sum.Plus(LedgerTotal.Of(entry))));

    private async Task<IEnumerable<int>> NumbersAsync(LedgerFilter filter) => (await Store.ReadAsync(filter, 100, default)).Select(entry => (int)entry.BlockNumber);

    private async Task AddAsync(params LedgerEntry[] entries)
    {
        foreach (IGrouping<ulong, LedgerEntry> block in entries.GroupBy(entry => entry.BlockNumber))
        {
            await History.AddBlockAsync(new IndexedBlock(Stored.Mark(block.Key), [], []) { Ledger = [.. block] }, Fence.Sole, default);
        }
    }
}
