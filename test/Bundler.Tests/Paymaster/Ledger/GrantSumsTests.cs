using Bundler.Paymaster.Ledger;

namespace Bundler.Tests.Paymaster.Ledger;

/// <summary>Sums of periods that slide.</summary>
public sealed class GrantSumsTests
{
    private static readonly DateTimeOffset _ten = new(2026, 1, 2, 10, 0, 0, TimeSpan.Zero);
    private static readonly GrantShare _share = new(7, 1);
    private static readonly GrantSums _sums = new GrantSums(_ten, GrantShare.None, GrantShare.None, GrantShare.None).With(_ten, GrantShare.None, _share);

    [TestCase(GrantPeriod.Hour, 3_600)]
    [TestCase(GrantPeriod.Day, 86_400)]
    public void A_grant_counts_to_the_last_tick_before_its_time_comes_round(GrantPeriod period, int seconds)
    {
        GrantSums before = Moved(_sums, _ten.AddSeconds(seconds).AddTicks(-1));
        GrantSums after = Moved(_sums, _ten.AddSeconds(seconds));

        Assert.That((before.In(period), after.In(period)), Is.EqualTo((_share, GrantShare.None)));
    }

    [Test]
    public void What_leaves_is_what_counts_from_one_length_before_one_moment_to_one_length_before_the_next() =>
        Assert.That(_sums.SpanTo(_ten.AddMinutes(5), GrantPeriod.Hour), Is.EqualTo(new GrantSpan(_ten.AddHours(-1), _ten.AddMinutes(-55), IsAnew: false)));

    [Test]
    public void After_a_whole_length_and_where_nothing_is_known_all_is_counted_anew()
    {
        Assert.That(_sums.SpanTo(_ten.AddHours(1), GrantPeriod.Hour), Is.EqualTo(new GrantSpan(_ten, _ten.AddHours(1), IsAnew: true)));
        Assert.That(GrantSums.Empty.SpanTo(_ten, GrantPeriod.Day), Is.EqualTo(new GrantSpan(_ten.AddDays(-1), _ten, IsAnew: true)));
        Assert.That(GrantSums.Empty.MovedTo(_ten, (_, _) => _share).InDay, Is.EqualTo(_share));
    }

    [Test]
    public void What_is_for_ever_has_no_end() => Assert.That(Moved(_sums, _ten.AddYears(9)).In(GrantPeriod.Total), Is.EqualTo(_share));

    [Test]
    public void Time_that_runs_backwards_changes_nothing() => Assert.That(Moved(_sums, _ten.AddSeconds(-1)), Is.EqualTo(_sums));

    [Test]
    public void What_comes_back_from_before_the_hour_leaves_it_alone()
    {
        GrantSums later = Moved(_sums, _ten.AddHours(1)).With(_ten.AddHours(1), GrantShare.None, _share);

        later = later.With(_ten, _share, GrantShare.None);

        Assert.That((later.InHour, later.InDay, later.Ever), Is.EqualTo((_share, _share, _share)));
    }

    /// <summary>There is one grant, of ten o'clock.</summary>
    private static GrantSums Moved(GrantSums sums, DateTimeOffset to) =>
        sums.MovedTo(to, (_, span) => _ten > span.After && _ten <= span.Until ? _share : GrantShare.None);
}
