using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Ledger;
using Bundler.Paymaster.Options;
using Bundler.Storage;
using Bundler.Storage.Grants;
using Bundler.Tests.Storage.Postgres;
using Bundler.Tests.Storage.Sqlite;
using Microsoft.Extensions.Configuration;

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
        await BeatAsync(Asked.Noon.AddSeconds(Asked.Window));

        Reservation answer = await Grants.ReserveAsync(Asked.Request(1, at: Asked.Noon.AddSeconds(Asked.Window - 1)), Asked.Anything(), default);

        Assert.That(answer, Is.EqualTo(new Reservation.Same(grant)));
    }

    [Test]
    public async Task Row_4_after_its_window_the_same_request_is_a_new_one_and_the_old_one_still_counts()
    {
        await SignAsync(Asked.Request(1), 1);
        await BeatAsync(Asked.Noon.AddSeconds(Asked.Window));

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

    [TestCase(GrantPeriod.Hour, 3_600)]
    [TestCase(GrantPeriod.Day, 86_400)]
    public async Task A_window_is_exact_at_its_boundary(GrantPeriod period, int seconds)
    {
        DateTimeOffset end = Asked.Noon.AddSeconds(seconds);
        GrantLimits limits = Asked.Anything(Asked.Limit(period, wei: 100));
        await Grants.ReserveAsync(Asked.Request(1), limits, default);
        await BeatAsync(end);

        Reservation last = await Grants.ReserveAsync(Asked.Request(2, at: end.AddTicks(-1)), limits, default);
        Reservation first = await Grants.ReserveAsync(Asked.Request(3, at: end), limits, default);

        Assert.That((last.GetType(), first.GetType()), Is.EqualTo((typeof(Reservation.Refused), typeof(Reservation.Reserved))));
    }

    [TestCase(GrantScope.Paymaster)]
    [TestCase(GrantScope.Sender)]
    [TestCase(GrantScope.Key)]
    public async Task S2_13_an_hour_of_the_clock_that_begins_opens_no_budget_again(GrantScope scope)
    {
        await AddKeyAsync("one");
        Address sender = Asked.Sender(1);
        GrantLimit hour = Asked.Limit(GrantPeriod.Hour, wei: 100, scope: scope);
        DateTimeOffset before = Asked.Noon.AddMinutes(59);
        await BeatAsync(before);
        await Grants.ReserveAsync(Asked.Request(1, 30, "one", before, sender), Asked.Anything(hour), default);
        await Grants.ReserveAsync(Asked.Request(2, 70, "one", before.AddSeconds(30), sender), Asked.Anything(hour), default);

        Reservation next = await Grants.ReserveAsync(Asked.Request(3, 31, "one", before.AddMinutes(1), sender), Asked.Anything(hour), default);

        Assert.That(next, Is.EqualTo(new Reservation.Refused(hour, false, 100, before.AddSeconds(30).AddHours(1))));
        await BeatAsync(before.AddHours(1));
        Assert.That(await Grants.ReserveAsync(Asked.Request(4, 30, "one", before.AddHours(1), sender), Asked.Anything(hour), default), Is.TypeOf<Reservation.Reserved>());
    }

    [TestCase(1)]
    [TestCase(2)]
    public async Task S2_13_no_budget_is_exceeded_in_any_window(int seed)
    {
        Random random = new(seed);
        GrantLimits limits = Asked.Anything(Asked.Limit(GrantPeriod.Hour, wei: 300), Asked.Limit(GrantPeriod.Day, wei: 2_000, count: 30));
        List<(DateTimeOffset At, ulong Wei)> granted = [];
        DateTimeOffset now = Asked.Noon;
        for (int number = 1; number <= 300; number++)
        {
            now += TimeSpan.FromSeconds(random.Next(1_000));
            await BeatAsync(now);
            ulong worst = (ulong)random.Next(20, 150);
            Reservation answer = await Grants.ReserveAsync(Asked.Request(number, worst, at: now), limits, default);
            bool fits = limits.Budgets.All(limit => Bears(limit, now, worst));
            Assert.That(answer is Reservation.Reserved, Is.EqualTo(fits), $"request {number}");
            if (answer is Reservation.Refused { ResetsAt: { } room } refused)
            {
                Assert.That((Bears(refused.Limit, room, worst), Bears(refused.Limit, room.AddTicks(-1), worst)), Is.EqualTo((true, false)), "when it resets");
            }
            else
            {
                granted.Add((now, worst));
            }
        }

        Assert.That(granted.Count, Is.InRange(40, 290));

        bool Bears(GrantLimit limit, DateTimeOffset at, ulong worst)
        {
            ulong[] counting = [.. granted.Where(each => each.At > at - GrantSums.LengthOf(limit.Period)).Select(each => each.Wei)];
            return counting.Aggregate(worst, (sum, wei) => sum + wei) <= (limit.Wei ?? UInt256.MaxValue) && (ulong)counting.Length < (limit.Count ?? ulong.MaxValue);
        }
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

    // A limit of the configuration, with the first request that it does not bear any more.
    [TestCase(nameof(PaymasterOptions.MaxWeiPerOperation), "99", 1)]
    [TestCase(nameof(PaymasterOptions.MaxWeiPerHour), "250", 3)]
    [TestCase(nameof(PaymasterOptions.MaxWeiPerDay), "250", 3)]
    [TestCase(nameof(PaymasterOptions.MaxWeiTotal), "250", 3)]
    [TestCase(nameof(PaymasterOptions.MaxWeiPerSenderPerDay), "250", 3)]
    [TestCase(nameof(PaymasterOptions.MaxPerHour), "2", 3)]
    [TestCase(nameof(PaymasterOptions.MaxPerDay), "2", 3)]
    [TestCase(nameof(PaymasterOptions.MaxTotal), "2", 3)]
    [TestCase(nameof(PaymasterOptions.MaxPerSenderPerHour), "2", 3)]
    public async Task Every_limit_of_a_paymaster_holds(string key, string value, int refused)
    {
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create(key, (string?)value)]).Build();
        PaymasterOptions options = new() { MaxWeiPerOperation = "", MaxWeiPerHour = "", MaxWeiPerDay = "" };
        configuration.Bind(options);
        GrantLimits limits = Asked.Anything([.. options.Budgets()]);
        Address sender = Asked.Sender(1);
        for (int number = 1; number < refused; number++)
        {
            Assert.That(await Grants.ReserveAsync(Asked.Request(number, sender: sender), limits, default), Is.TypeOf<Reservation.Reserved>());
        }

        Reservation answer = await Grants.ReserveAsync(Asked.Request(refused, sender: sender), limits, default);

        Assert.That((answer as Reservation.Refused)?.Limit.Name, Is.EqualTo(key));
    }

    [TestCase(nameof(PaymasterOptions.MaxWeiPerSenderPerDay), "150")]
    [TestCase(nameof(PaymasterOptions.MaxPerSenderPerHour), "1")]
    public async Task A_limit_of_a_sender_is_nobody_elses(string key, string value)
    {
        PaymasterOptions options = new();
        new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create(key, (string?)value)]).Build().Bind(options);
        GrantLimits limits = Asked.Anything([.. options.Budgets()]);

        Assert.That(await Grants.ReserveAsync(Asked.Request(1), limits, default), Is.TypeOf<Reservation.Reserved>());
        Assert.That(await Grants.ReserveAsync(Asked.Request(2), limits, default), Is.TypeOf<Reservation.Reserved>());
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
}
