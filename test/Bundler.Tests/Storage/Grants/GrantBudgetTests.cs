using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Ledger;
using Bundler.Storage;
using Bundler.Storage.Grants;
using Bundler.Tests.Storage.Postgres;
using Bundler.Tests.Storage.Sqlite;

namespace Bundler.Tests.Storage.Grants;

/// <summary>Reservations against limits.</summary>
[TestFixture(typeof(SqliteTestDatabase))]
[TestFixture(typeof(PostgresTestDatabase))]
public sealed class GrantBudgetTests<TDatabase> : GrantContract<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    [TestCase(GrantPeriod.Hour)]
    [TestCase(GrantPeriod.Day)]
    [TestCase(GrantPeriod.Total)]
    public async Task Row_3_two_hundred_at_once_on_a_budget_for_ten_get_exactly_ten(GrantPeriod period)
    {
        GrantLimits limits = Asked.Anything(Asked.Limit(period, wei: 1_000));
        SqlGrantStore grants = Grants;

        Reservation[] answers = await Task.WhenAll(Enumerable.Range(1, 200).Select(number => grants.ReserveAsync(Asked.Request(number), limits, default)));

        Assert.That(answers.OfType<Reservation.Reserved>().Count(), Is.EqualTo(10));
        Assert.That(answers.OfType<Reservation.Refused>().Count(), Is.EqualTo(190));
        Assert.That(answers.OfType<Reservation.Refused>().Select(refused => refused.Spent), Is.All.EqualTo((UInt256)1_000));
    }

    [Test]
    public async Task Row_3_two_hundred_at_once_on_a_count_of_ten_get_exactly_ten()
    {
        GrantLimits limits = Asked.Anything(Asked.Limit(GrantPeriod.Day, count: 10));
        SqlGrantStore grants = Grants;

        Reservation[] answers = await Task.WhenAll(Enumerable.Range(1, 200).Select(number => grants.ReserveAsync(Asked.Request(number), limits, default)));

        Assert.That(answers.OfType<Reservation.Reserved>().Count(), Is.EqualTo(10));
        Assert.That(answers.OfType<Reservation.Refused>().Select(refused => (refused.ByCount, refused.Spent)), Is.All.EqualTo((true, (UInt256)10)));
    }

    // The account has signed over the id, so the grant has that one or is none.
    [Test]
    public async Task A_grant_has_the_id_that_it_must_have_and_shares_it_with_none()
    {
        GrantId id = GrantId.Random();

        Reservation[] answers = await Task.WhenAll(Enumerable.Range(1, 5).Select(number => Grants.ReserveAsync(Asked.Request(number) with { Id = id }, Asked.Anything(), default)));

        Assert.That(answers.OfType<Reservation.Reserved>().Select(reserved => reserved.Grant.Id), Is.EqualTo(new[] { id }));
        Assert.That(answers.OfType<Reservation.NameTaken>().Count(), Is.EqualTo(4));
    }

    [Test]
    public async Task Row_4_a_storm_of_the_same_request_gets_one_grant_and_reserves_once()
    {
        SqlGrantStore grants = Grants;

        Reservation[] answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => grants.ReserveAsync(Asked.Request(1), Asked.Anything(), default)));

        Assert.That(answers.OfType<Reservation.Reserved>().Count(), Is.EqualTo(1));
        Assert.That(answers.Select(IdOf).Distinct().Count(), Is.EqualTo(1));
        Assert.That(await SpentAsync(), Is.EqualTo((UInt256)100));
    }

    [Test]
    public async Task Row_4_the_same_request_gets_the_signature_that_was_stored()
    {
        Grant grant = await SignAsync(Asked.Request(1), 1);

        Reservation answer = await Grants.ReserveAsync(Asked.Request(1, at: Asked.Noon.AddSeconds(Asked.Window - 1)), Asked.Anything(), default);

        Assert.That(answer, Is.EqualTo(new Reservation.Same(grant)));
    }

    [Test]
    public async Task Row_4_after_its_window_the_same_request_is_a_new_one_and_the_old_one_still_counts()
    {
        await SignAsync(Asked.Request(1), 1);

        Reservation answer = await Grants.ReserveAsync(Asked.Request(1, 140, at: Asked.Noon.AddSeconds(Asked.Window)), Asked.Anything(), default);

        Assert.That(answer, Is.TypeOf<Reservation.Reserved>());
        Assert.That(await SpentAsync(), Is.EqualTo((UInt256)140));
    }

    [Test]
    public async Task Row_4_another_operation_of_the_nonce_counts_the_larger_of_both_until_the_larger_expires()
    {
        Grant old = await SignAsync(Asked.Request(1, 100), 1);
        await SignAsync(Other(60, Asked.Noon.AddSeconds(30)), 2);
        UInt256 both = await SpentAsync();
        await Grants.ExpireAsync(old.Request.ValidUntil + 1, 10, default);
        UInt256 after = await SpentAsync();

        Assert.That((both, after), Is.EqualTo(((UInt256)100, (UInt256)60)));
    }

    [Test]
    public async Task Row_4_grants_of_one_nonce_are_bounded()
    {
        for (int i = 0; i < GrantSlot.Most; i++)
        {
            await Grants.ReserveAsync(Asked.Request(1) with { CoreHash = Stored.Hash(i) }, Asked.Anything(), default);
        }

        Reservation answer = await Grants.ReserveAsync(Asked.Request(1) with { CoreHash = Stored.Hash(999) }, Asked.Anything(), default);

        Assert.That(answer, Is.TypeOf<Reservation.Refused>().With.Property("Limit").Property("Name").EqualTo("grants of one nonce"));
    }

    [Test]
    public async Task A_refusal_names_the_limit_what_is_spent_and_when_it_resets()
    {
        GrantLimit hour = Asked.Limit(GrantPeriod.Hour, wei: 150);
        await Grants.ReserveAsync(Asked.Request(1), Asked.Anything(hour), default);

        Reservation answer = await Grants.ReserveAsync(Asked.Request(2), Asked.Anything(hour), default);

        Assert.That(answer, Is.EqualTo(new Reservation.Refused(hour, false, 100, Asked.Noon.AddHours(1))));
    }

    [Test]
    public async Task A_window_is_exact_at_its_boundary()
    {
        GrantLimits limits = Asked.Anything(Asked.Limit(GrantPeriod.Hour, wei: 100));
        await Grants.ReserveAsync(Asked.Request(1), limits, default);

        Reservation last = await Grants.ReserveAsync(Asked.Request(2, at: Asked.Noon.AddHours(1).AddTicks(-1)), limits, default);
        Reservation first = await Grants.ReserveAsync(Asked.Request(3, at: Asked.Noon.AddHours(1)), limits, default);

        Assert.That((last.GetType(), first.GetType()), Is.EqualTo((typeof(Reservation.Refused), typeof(Reservation.Reserved))));
    }

    [Test]
    public async Task A_node_whose_clock_is_behind_opens_no_hour_again_and_counts_in_the_present_one()
    {
        GrantLimits limits = Asked.Anything(Asked.Limit(GrantPeriod.Hour, wei: 150));
        await Grants.ReserveAsync(Asked.Request(1, at: Asked.Noon), limits, default);

        Reservation behind = await Grants.ReserveAsync(Asked.Request(2, 50, at: Asked.Noon.AddSeconds(-2)), limits, default);
        Reservation next = await Grants.ReserveAsync(Asked.Request(3, 1, at: Asked.Noon.AddSeconds(1)), limits, default);

        Assert.That((behind.GetType(), next.GetType()), Is.EqualTo((typeof(Reservation.Reserved), typeof(Reservation.Refused))));
    }

    [Test]
    public async Task An_operation_has_a_limit_of_its_own()
    {
        GrantLimit each = Asked.Limit(GrantPeriod.Operation, wei: 100);

        Assert.That(await Grants.ReserveAsync(Asked.Request(1, 100), Asked.Anything(each), default), Is.TypeOf<Reservation.Reserved>());
        Assert.That(await Grants.ReserveAsync(Asked.Request(2, 101), Asked.Anything(each), default), Is.EqualTo(new Reservation.Refused(each, false, 0, null)));
    }

    [Test]
    public async Task Senders_and_keys_have_sums_of_their_own()
    {
        await AddKeyAsync("one");
        await AddKeyAsync("two");
        await Grants.ReserveAsync(Asked.Request(1, 10, "one"), Asked.Anything(), default);
        await Grants.ReserveAsync(Asked.Request(2, 20, "two", sender: Asked.Sender(1)), Asked.Anything(), default);
        await Grants.ReserveAsync(Asked.Request(3, 40, "two"), Asked.Anything(), default);

        Assert.That(await SpentAsync(), Is.EqualTo((UInt256)70));
        Assert.That(await SpentAsync(scope: GrantScope.Key, key: "one"), Is.EqualTo((UInt256)10));
        Assert.That(await SpentAsync(scope: GrantScope.Key, key: "two"), Is.EqualTo((UInt256)60));
        Assert.That(await SpentAsync(scope: GrantScope.Sender, sender: Asked.Sender(1)), Is.EqualTo((UInt256)30));
    }

    [Test]
    public async Task Row_24_a_key_that_was_revoked_or_never_was_reserves_nothing()
    {
        await AddKeyAsync("one");
        Reservation before = await Grants.ReserveAsync(Asked.Request(1, key: "one"), Asked.Anything(), default);
        await Database.WriteAsync((session, token) => session.ExecuteAsync("UPDATE api_keys SET revoked_at = 1", token), default);

        Assert.That(before, Is.TypeOf<Reservation.Reserved>());
        Assert.That(await Grants.ReserveAsync(Asked.Request(1, key: "one"), Asked.Anything(), default), Is.EqualTo(new Reservation.KeyGone("one")));
        Assert.That(await Grants.ReserveAsync(Asked.Request(2, key: "none"), Asked.Anything(), default), Is.EqualTo(new Reservation.KeyGone("none")));
    }

    [Test]
    public async Task Row_18_the_deposit_bears_what_is_not_spent_yet_and_no_wei_more()
    {
        GrantLimits limits = new([], 150);
        await Grants.ReserveAsync(Asked.Request(1), limits, default);

        Assert.That(await Grants.ReserveAsync(Asked.Request(2, 51), limits, default), Is.EqualTo(new Reservation.Uncovered(150, 100)));
        Assert.That(await Grants.ReserveAsync(Asked.Request(3, 50), limits, default), Is.TypeOf<Reservation.Reserved>());
        Assert.That(await Grants.ReserveAsync(Asked.Request(4, 1), new GrantLimits([], null), default), Is.EqualTo(new Reservation.Uncovered(null, 150)));
    }

    [Test]
    public async Task The_largest_number_there_is_is_refused_like_any_other()
    {
        GrantLimit total = Asked.Limit(GrantPeriod.Total, wei: 1_000);
        await Grants.ReserveAsync(Asked.Request(1), Asked.Anything(), default);
        GrantRequest huge = Asked.Request(2) with { Worst = UInt256.MaxValue };

        Assert.That(await Grants.ReserveAsync(huge, Asked.Anything(total), default), Is.EqualTo(new Reservation.Refused(total, false, 100, null)));
        Assert.That(await Grants.ReserveAsync(huge, Asked.Anything(), default), Is.EqualTo(new Reservation.Uncovered(UInt256.MaxValue, 100)));
    }

    [Test]
    public async Task What_is_refused_leaves_nothing_behind()
    {
        await Grants.ReserveAsync(Asked.Request(1), Asked.Anything(Asked.Limit(GrantPeriod.Total, wei: 1)), default);
        await Grants.ReserveAsync(Asked.Request(1), new GrantLimits([], 1), default);

        Assert.That(await SpentAsync(), Is.EqualTo(UInt256.Zero));
        Assert.That((await Grants.LiabilityAsync(Asked.Paymaster, default)).Total, Is.EqualTo(UInt256.Zero));
    }

    private static GrantRequest Other(ulong worst, DateTimeOffset at) =>
        Asked.Request(1, worst, at: at) with { CoreHash = Stored.Hash(55) };

    private static GrantId IdOf(Reservation answer) => answer switch
    {
        Reservation.Reserved reserved => reserved.Grant.Id,
        Reservation.Same same => same.Grant.Id,
        _ => default,
    };

    private Task AddKeyAsync(string id) => Database.WriteAsync(
        (session, token) => session.Prepare(
                "INSERT INTO api_keys (id, hash, name, scopes, created_at, origins, networks, budgets) VALUES ($1, $2, '', 1, 0, '', '', '')")
            .With(id).With(Bytes.Empty).ExecuteAsync(token), default);
}
