using Bundler.Paymaster.Ledger;

namespace Bundler.Tests.Paymaster.Ledger;

public sealed class GrantSumsTests
{
    private static readonly DateTimeOffset _ten = new(2026, 1, 2, 10, 0, 0, TimeSpan.Zero);
    private static readonly GrantShare _share = new(7, 1);

    [Test]
    public void The_last_tick_of_an_hour_counts_in_it_and_the_next_one_in_the_next()
    {
        GrantSums sums = GrantSums.Empty.At(_ten).With(_ten, GrantShare.None, _share);

        Assert.That(sums.At(_ten.AddHours(1).AddTicks(-1)).In(GrantPeriod.Hour), Is.EqualTo(_share));
        Assert.That(sums.At(_ten.AddHours(1)).In(GrantPeriod.Hour), Is.EqualTo(GrantShare.None));
        Assert.That(sums.EndOf(GrantPeriod.Hour), Is.EqualTo(_ten.AddHours(1)));
    }

    [Test]
    public void A_day_ends_at_midnight_UTC()
    {
        GrantSums sums = GrantSums.Empty.At(_ten).With(_ten, GrantShare.None, _share);

        Assert.That(sums.At(_ten.AddHours(14).AddTicks(-1)).In(GrantPeriod.Day), Is.EqualTo(_share));
        Assert.That(sums.At(_ten.AddHours(14)).In(GrantPeriod.Day), Is.EqualTo(GrantShare.None));
        Assert.That(sums.EndOf(GrantPeriod.Day), Is.EqualTo(_ten.AddHours(14)));
    }

    [Test]
    public void What_is_for_ever_has_no_end()
    {
        GrantSums sums = GrantSums.Empty.At(_ten).With(_ten, GrantShare.None, _share);

        Assert.That(sums.At(_ten.AddYears(9)).In(GrantPeriod.Total), Is.EqualTo(_share));
        Assert.That(sums.EndOf(GrantPeriod.Total), Is.Null);
    }

    [Test]
    public void Time_that_runs_backwards_opens_no_hour_again()
    {
        GrantSums sums = GrantSums.Empty.At(_ten).With(_ten, GrantShare.None, _share);

        Assert.That(sums.At(_ten.AddSeconds(-1)), Is.EqualTo(sums));
    }

    [Test]
    public void What_comes_back_from_an_earlier_hour_leaves_the_present_one_alone()
    {
        GrantSums sums = GrantSums.Empty.At(_ten).With(_ten, GrantShare.None, _share).At(_ten.AddHours(1)).With(_ten.AddHours(1), GrantShare.None, _share);

        sums = sums.With(_ten, _share, GrantShare.None);

        Assert.That((sums.InHour, sums.InDay, sums.Ever), Is.EqualTo((_share, _share, _share)));
    }
}
