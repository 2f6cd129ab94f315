using Bundler.Engine.Fleet;
using Bundler.Engine.Submission;
using Bundler.Ethereum.Primitives;
using Bundler.Storage;
using Bundler.Tests.Storage.Postgres;
using Bundler.Tests.Storage.Sqlite;

namespace Bundler.Tests.Storage;

[TestFixture(typeof(SqliteTestDatabase))]
[TestFixture(typeof(PostgresTestDatabase))]
public sealed class SqlSubmissionStoreTests<TDatabase> : StoreContract<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    private static readonly Guid Bundle = Guid.Parse("00112233-4455-6677-8899-aabbccddeeff");
    private static readonly Guid Other = Guid.Parse("ffeeddcc-bbaa-9988-7766-554433221100");

    private SqlSubmissionStore Store => new(Database);

    [Test]
    public async Task A_signed_transaction_is_loaded_as_it_was_after_a_restart()
    {
        StoredTransaction transaction = Stored.Transaction(1, Bundle, Stored.Hash(5), Stored.Hash(6));
        await Store.AddAsync(transaction, Fence.Sole, default);
        await ReopenAsync();

        IReadOnlyList<StoredTransaction> open = await Store.LoadOpenAsync(default);

        Assert.That(open, Has.Count.EqualTo(1));
        Assert.That(open[0], Is.EqualTo(transaction).UsingPropertiesComparer());
    }

    [Test]
    public async Task Open_transactions_come_in_the_order_of_signing()
    {
        await Store.AddAsync(Stored.Transaction(3, Bundle, Stored.Hash(5)), Fence.Sole, default);
        await Store.AddAsync(Stored.Transaction(1, Other, Stored.Hash(6)), Fence.Sole, default);
        await Store.AddAsync(Stored.Transaction(2, Bundle), Fence.Sole, default);

        Assert.That(
            (await Store.LoadOpenAsync(default)).Select(transaction => transaction.TransactionHash),
            Is.EqualTo(new[] { Stored.Hash(3), Stored.Hash(1), Stored.Hash(2) }));
    }

    [Test]
    public async Task A_closed_bundle_is_not_loaded_and_still_found_by_every_hash()
    {
        await Store.AddAsync(Stored.Transaction(1, Bundle, Stored.Hash(5)), Fence.Sole, default);
        await Store.AddAsync(Stored.Transaction(2, Bundle), Fence.Sole, default);
        await Store.AddAsync(Stored.Transaction(3, Other, Stored.Hash(6)), Fence.Sole, default);
        await Store.CloseAsync(Bundle, BundleEnd.Mined, Stored.Hash(1), Fence.Sole, default);

        Assert.That((await Store.LoadOpenAsync(default)).Select(transaction => transaction.BundleId), Is.EqualTo(new[] { Other }));
        Assert.That((await Store.FindAsync(Stored.Hash(1), default))?.UserOpHashes, Is.EqualTo(new[] { Stored.Hash(5) }));
        Assert.That((await Store.FindAsync(Stored.Hash(2), default))?.IsCancellation, Is.True);
    }

    [Test]
    public async Task Transfers_of_the_last_day_come_with_their_ends_and_nothing_else_does()
    {
        StoredTransaction transfer = Stored.Transaction(10, Bundle) with { IsCancellation = false };
        StoredTransaction open = Stored.Transaction(20, Other) with { IsCancellation = false };
        await Store.AddAsync(Stored.Transaction(30, Guid.NewGuid()), Fence.Sole, default);
        await Store.AddAsync(Stored.Transaction(40, Guid.NewGuid(), Stored.Hash(5)), Fence.Sole, default);
        await Store.AddAsync(transfer, Fence.Sole, default);
        await Store.AddAsync(open, Fence.Sole, default);
        await Store.CloseAsync(Bundle, BundleEnd.Mined, transfer.TransactionHash, Fence.Sole, default);

        IReadOnlyList<StoredTransfer> all = await Store.LoadTransfersAsync(transfer.SignedAt, default);
        IReadOnlyList<StoredTransfer> later = await Store.LoadTransfersAsync(open.SignedAt, default);

        Assert.That(all.Select(stored => (stored.Transaction.BundleId, stored.End)), Is.EqualTo(new[] { (Bundle, (BundleEnd?)BundleEnd.Mined), (Other, null) }));
        Assert.That(later.Select(stored => stored.Transaction.BundleId), Is.EqualTo(new[] { Other }));
    }

    [TestCase(BundleEnd.NonceTaken)]
    [TestCase(BundleEnd.Abandoned)]
    public async Task A_bundle_closes_without_a_mined_transaction_and_twice(BundleEnd end)
    {
        await Store.AddAsync(Stored.Transaction(1, Bundle), Fence.Sole, default);
        await Store.CloseAsync(Bundle, end, null, Fence.Sole, default);
        await Store.CloseAsync(Bundle, end, null, Fence.Sole, default);

        Assert.That(await Store.LoadOpenAsync(default), Is.Empty);
    }

    [Test]
    public async Task Storing_the_same_transaction_again_changes_nothing()
    {
        await Store.AddAsync(Stored.Transaction(1, Bundle), Fence.Sole, default);
        await Store.AddAsync(Stored.Transaction(1, Bundle), Fence.Sole, default);

        Assert.That(await Store.LoadOpenAsync(default), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task An_unknown_hash_finds_nothing() => Assert.That(await Store.FindAsync(Hash32.Zero, default), Is.Null);
}
