using Bundler.Engine.Pool;
using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Ledger;
using Bundler.Storage;
using Bundler.Tests.Storage.Postgres;
using Bundler.Tests.Storage.Sqlite;

namespace Bundler.Tests.Storage.Grants;

/// <summary>Row 18: what a deposit has to bear beside the grant that is asked for.</summary>
[TestFixture(typeof(SqliteTestDatabase))]
[TestFixture(typeof(PostgresTestDatabase))]
public sealed class GrantLiabilityTests<TDatabase> : GrantContract<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    private static readonly GrantRequest _request = Asked.Request(1);

    [Test]
    public async Task Row_18_liability_follows_the_pool()
    {
        SqlMempoolStore pool = new(Database);
        await Grants.ReserveAsync(Asked.Request(2), Asked.Anything(), default);
        await SignAsync(_request, 1);
        (ulong, ulong, ulong) signed = await LiabilityAsync();
        await pool.AddAsync(Stored.Operation(1) with { UserOpHash = Asked.OperationHash(1) }, [], default);
        int seen = await Grants.FollowPoolAsync(10, default);
        (ulong, ulong, ulong) inPool = await LiabilityAsync();
        await pool.RemoveAsync([Stored.Status(1, OperationState.Dropped) with { UserOpHash = Asked.OperationHash(1) }], default);
        int dropped = await Grants.FollowPoolAsync(10, default);

        Assert.That((seen, dropped), Is.EqualTo((1, 1)));
        Assert.That((signed, inPool, await LiabilityAsync()), Is.EqualTo(((100UL, 100UL, 0UL), (100UL, 0UL, 100UL), (100UL, 100UL, 0UL))));
        Assert.That(await Grants.FollowPoolAsync(10, default), Is.Zero, "nothing has changed since");
    }

    // Of another signer of ours, or of a ledger that was lost: whoever signed it, the deposit pays.
    [Test]
    public async Task Row_18_the_deposit_bears_what_the_pool_holds_without_a_grant()
    {
        SqlMempoolStore pool = new(Database);
        await pool.AddAsync(Paid(1, Asked.Paymaster, 60), [], default);
        await pool.AddAsync(Paid(2, Asked.EntryPoint, 1_000), [], default);
        GrantLimits limits = new([], 150);

        Assert.That(await Grants.ReserveAsync(Asked.Request(3, 91), limits, default), Is.EqualTo(new Reservation.Uncovered(150, 60)));
        Assert.That((await Grants.LiabilityAsync(Asked.Paymaster, default)).Owed, Is.EqualTo((UInt256)60));
        Assert.That(await Grants.ReserveAsync(Asked.Request(4, 90), limits, default), Is.TypeOf<Reservation.Reserved>());
        await pool.RemoveAsync([Stored.Status(1, OperationState.Dropped) with { UserOpHash = Asked.OperationHash(1) }], default);
        Assert.That(await Grants.ReserveAsync(Asked.Request(5, 60), limits, default), Is.TypeOf<Reservation.Reserved>());
    }

    [Test]
    public async Task Row_18_what_the_pool_holds_with_a_grant_is_not_borne_twice()
    {
        await SignAsync(_request, 1);
        await new SqlMempoolStore(Database).AddAsync(Paid(1, Asked.Paymaster, 100), [], default);

        Assert.That(await Grants.ReserveAsync(Asked.Request(2, 50), new GrantLimits([], 150), default), Is.TypeOf<Reservation.Reserved>());
    }

    // The deposit was read, then a block has charged a grant, which lives no more: the deposit that was read does not know of it.
    [TestCase(true, ExpectedResult = typeof(Reservation.Uncovered))]
    [TestCase(false, ExpectedResult = typeof(Reservation.Reserved))]
    public async Task<Type> Row_18_what_was_charged_after_the_deposit_was_read_is_taken_off_it(bool after)
    {
        await SignAsync(_request, 1);
        await IncludeAsync(7, (_request, 1, 40), (Asked.Request(2), 2, 20));

        return (await Grants.ReserveAsync(Asked.Request(3, 91), new GrantLimits([], 150, AsOf: after ? 6UL : 7UL), default)).GetType();
    }

    private static StoredOperation Paid(int number, Address paymaster, ulong prefund) =>
        Stored.Operation(number) with { UserOpHash = Asked.OperationHash(number), Paymaster = paymaster, Prefund = prefund };
}
