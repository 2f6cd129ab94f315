using Bundler.Paymaster.Ledger;
using Bundler.Tests.Storage.Grants;

namespace Bundler.Tests.Paymaster.Ledger;

/// <summary>When a sliding limit has room again.</summary>
public sealed class GrantRoomTests
{
    private static readonly DateTimeOffset _ten = new(2026, 1, 2, 10, 0, 0, TimeSpan.Zero);

    private static readonly (DateTimeOffset At, GrantShare Share)[] _counting =
        [(_ten, new GrantShare(10, 1)), (_ten.AddMinutes(10), new GrantShare(30, 1)), (_ten.AddMinutes(20), new GrantShare(60, 1))];

    [TestCase(10UL, 60)]
    [TestCase(11UL, 70)]
    [TestCase(40UL, 70)]
    [TestCase(41UL, 80)]
    [TestCase(100UL, 80)]
    public void When_as_much_has_left_as_it_needs(ulong worst, int minutes) => Assert.That(RoomAt(worst), Is.EqualTo(_ten.AddMinutes(minutes)));

    [Test]
    public void Never_for_what_is_more_than_the_limit_by_itself() => Assert.That(RoomAt(101), Is.Null);

    [Test]
    public void When_one_has_left_where_their_number_is_limited()
    {
        Reservation.Refused refused = new(Asked.Limit(GrantPeriod.Day, count: 3), ByCount: true, 3, null);

        Assert.That(GrantBudget.RoomAt(refused, new GrantShare(5, 1), _counting), Is.EqualTo(_ten.AddDays(1)));
    }

    [Test]
    public void Never_where_nothing_slides()
    {
        Reservation.Refused refused = new(Asked.Limit(GrantPeriod.Total, wei: 100), ByCount: false, 100, null);

        Assert.That(GrantBudget.RoomAt(refused, new GrantShare(5, 1), _counting), Is.Null);
    }

    private static DateTimeOffset? RoomAt(ulong worst) =>
        GrantBudget.RoomAt(new Reservation.Refused(Asked.Limit(GrantPeriod.Hour, wei: 100), ByCount: false, 100, null), new GrantShare(worst, 1), _counting);
}
