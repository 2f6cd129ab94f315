using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Ledger;
using Bundler.Storage;
using Bundler.Tests.Storage.Postgres;
using Bundler.Tests.Storage.Sqlite;

namespace Bundler.Tests.Storage.Grants;

/// <summary>Row 32: a ledger that may be an older copy reserves nothing for as long as what it does not know may be spent.</summary>
[TestFixture(typeof(SqliteTestDatabase))]
[TestFixture(typeof(PostgresTestDatabase))]
public sealed class GrantTrustTests<TDatabase> : GrantContract<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    private static readonly GrantRequest _request = Asked.Request(1);

    [Test]
    public async Task Row_32_a_ledger_that_nobody_told_of_itself_reserves_nothing_until_the_longest_window_is_over()
    {
        DateTimeOffset later = Asked.Noon.AddHours(1);
        LedgerStanding standing = await Grants.OpenAsync(new LedgerOpening([Asked.Paymaster], later, Asked.Window, IsDevelopment: false), default);
        ulong until = (ulong)later.ToUnixTimeSeconds() + Asked.Window + 60;
        for (DateTimeOffset beat = later; beat.ToUnixTimeSeconds() < (long)until; beat += LedgerTrust.Fresh)
        {
            await BeatAsync(beat, isDevelopment: false);
        }

        Reservation before = await Grants.ReserveAsync(Asked.Request(1, at: DateTimeOffset.FromUnixTimeSeconds((long)until - 1)), Asked.Anything(), default);
        Reservation after = await Grants.ReserveAsync(Asked.Request(1, at: DateTimeOffset.FromUnixTimeSeconds((long)until)), Asked.Anything(), default);

        Assert.That((standing.DistrustedUntil, before), Is.EqualTo((until, new Reservation.Distrusted(until))));
        Assert.That(after, Is.TypeOf<Reservation.Reserved>());
    }

    [Test]
    public async Task Row_32_the_longest_window_is_the_longest_that_was_ever_granted()
    {
        const ulong Longer = 5_000;
        await Grants.ReserveAsync(_request with { ValidUntil = (ulong)Asked.Noon.ToUnixTimeSeconds() + Longer }, Asked.Anything(), default);
        await Grants.ReserveAsync(Asked.Request(2), Asked.Anything(), default);
        DateTimeOffset later = Asked.Noon.AddHours(1);

        LedgerStanding standing = await Grants.OpenAsync(new LedgerOpening([Asked.Paymaster], later, Asked.Window, IsDevelopment: false), default);

        Assert.That(standing.DistrustedUntil, Is.EqualTo((ulong)later.ToUnixTimeSeconds() + Longer + 60));
    }

    [Test]
    public async Task Row_32_a_ledger_that_was_told_of_a_moment_ago_or_that_the_operator_knows_is_trusted()
    {
        DateTimeOffset later = Asked.Noon.AddHours(1);
        LedgerOpening opening = new([Asked.Paymaster], later, Asked.Window, IsDevelopment: false);
        await BeatAsync(later.AddSeconds(-100), isDevelopment: true);
        LedgerStanding fresh = await Grants.OpenAsync(opening, default);
        LedgerStanding stale = await Grants.OpenAsync(opening with { Now = later.AddHours(1) }, default);
        await Grants.TrustAsync(default);
        LedgerStanding trusted = await Grants.OpenAsync(opening with { Now = later.AddHours(1) }, default);

        Assert.That((fresh.DistrustedUntil, stale.DistrustedUntil > 0, trusted.DistrustedUntil), Is.EqualTo((0UL, true, 0UL)));
    }

    // Sums that stood still for long move on in steps; what is left in them refuses and never grants.

    [Test]
    public async Task Row_32_a_store_that_was_replaced_under_a_living_node_is_not_trusted()
    {
        LedgerOpening alive = new([Asked.Paymaster], Asked.Noon.AddSeconds(120), Asked.Window, IsDevelopment: false);
        LedgerStanding all = await Grants.OpenAsync(alive, default);
        DateTimeOffset replaced = alive.Now + LedgerTrust.Fresh;
        Reservation inTime = await Grants.ReserveAsync(Asked.Request(1, at: replaced), Asked.Anything(), default);
        Reservation before = await Grants.ReserveAsync(Asked.Request(2, at: replaced.AddTicks(1)), Asked.Anything(), default);
        LedgerStanding beat = await Grants.OpenAsync(alive with { Now = replaced.AddTicks(1) }, default);
        Reservation after = await Grants.ReserveAsync(Asked.Request(3, at: replaced.AddSeconds(1)), Asked.Anything(), default);

        ulong until = (ulong)replaced.ToUnixTimeSeconds() + Asked.Window + 60;
        Assert.That((all.DistrustedUntil, inTime.GetType()), Is.EqualTo((0UL, typeof(Reservation.Reserved))));
        Assert.That((before, beat.DistrustedUntil, after), Is.EqualTo(((Reservation)new Reservation.Distrusted(until), until, (Reservation)new Reservation.Distrusted(until))));
    }

    [Test]
    public async Task A_clock_that_is_behind_does_not_make_the_ledger_older()
    {
        await BeatAsync(Asked.Noon.AddSeconds(100), isDevelopment: false);
        await BeatAsync(Asked.Noon, isDevelopment: false);

        Assert.That(await Grants.ReserveAsync(Asked.Request(1, at: Asked.Noon.AddSeconds(200)), Asked.Anything(), default), Is.TypeOf<Reservation.Reserved>());
    }
}
