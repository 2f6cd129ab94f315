using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Ledger;
using Bundler.Storage;
using Bundler.Storage.Grants;
using Bundler.Tests.Storage.Postgres;

namespace Bundler.Tests.Storage.Grants;

/// <summary>Two nodes on one PostgreSQL have one budget.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class GrantFleetTests
{
    private readonly PostgresTestDatabase _place = new();
    private SqlDatabase _one = null!;
    private SqlDatabase _other = null!;

    [SetUp]
    public async Task OpenAsync()
    {
        _one = await _place.ConnectAsync();
        _other = await _place.ConnectAsync();
        await _one.OpenAsync(default);
        await _other.OpenAsync(default);
        await new SqlGrantStore(_one).OpenAsync(new LedgerOpening([Asked.Paymaster], Asked.Noon, Asked.Window, IsDevelopment: true), default);
    }

    [TearDown]
    public async Task CloseAsync()
    {
        await _one.DisposeAsync();
        await _other.DisposeAsync();
        await _place.DisposeAsync();
    }

    [Test]
    public async Task Row_3_two_hundred_at_once_at_two_nodes_on_a_budget_for_ten_get_exactly_ten()
    {
        GrantLimits limits = Asked.Anything(Asked.Limit(GrantPeriod.Day, wei: 1_000, count: 50));
        SqlGrantStore[] nodes = [new(_one), new(_other)];

        Reservation[] answers = await Task.WhenAll(
            Enumerable.Range(1, 200).Select(number => nodes[number % 2].ReserveAsync(Asked.Request(number), limits, default)));

        Assert.That(answers.OfType<Reservation.Reserved>().Count(), Is.EqualTo(10));
        Assert.That(answers.OfType<Reservation.Refused>().Count(), Is.EqualTo(190));
        Assert.That((await nodes[0].LiabilityAsync(Asked.Paymaster, default)).Total, Is.EqualTo((UInt256)1_000));
    }

    [Test]
    public async Task Row_4_the_same_request_at_two_nodes_is_one_grant()
    {
        SqlGrantStore[] nodes = [new(_one), new(_other)];

        Reservation[] answers = await Task.WhenAll(
            Enumerable.Range(0, 50).Select(number => nodes[number % 2].ReserveAsync(Asked.Request(1), Asked.Anything(), default)));

        Assert.That(answers.OfType<Reservation.Reserved>().Count(), Is.EqualTo(1));
        Assert.That(answers.OfType<Reservation.Same>().Select(same => same.Grant.Id), Is.All.EqualTo(answers.OfType<Reservation.Reserved>().Single().Grant.Id));
    }
}
