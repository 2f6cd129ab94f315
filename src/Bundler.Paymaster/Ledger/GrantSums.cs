using Bundler.Ethereum.Primitives;

namespace Bundler.Paymaster.Ledger;

/// <summary>What counts in one scope: in its present hour, in its present day, and for ever. Earlier hours and days are nobody's limit any more.</summary>
/// <param name="Hour">The hour, counted from 1970-01-01 UTC.</param>
/// <param name="InHour">What the grants asked for in it add up to.</param>
/// <param name="Day">The day, counted likewise.</param>
/// <param name="InDay">Likewise.</param>
/// <param name="Ever">Likewise.</param>
public sealed record GrantSums(long Hour, GrantShare InHour, long Day, GrantShare InDay, GrantShare Ever)
{
    /// <summary>Nothing was ever asked for.</summary>
    public static GrantSums Empty { get; } = new(0, GrantShare.None, 0, GrantShare.None, GrantShare.None);

    /// <summary>The sums with an hour and a day that have begun since. Time that runs backwards goes on counting where it was: a limit never opens twice.</summary>
    public GrantSums At(DateTimeOffset time) => this with
    {
        Hour = Math.Max(Hour, HourOf(time)),
        InHour = HourOf(time) > Hour ? GrantShare.None : InHour,
        Day = Math.Max(Day, DayOf(time)),
        InDay = DayOf(time) > Day ? GrantShare.None : InDay,
    };

    /// <summary>The sums when a grant that was asked for at a time counts for something else than before.</summary>
    public GrantSums With(DateTimeOffset askedAt, GrantShare before, GrantShare after) => this with
    {
        InHour = HourOf(askedAt) == Hour ? Change(InHour, before, after) : InHour,
        InDay = DayOf(askedAt) == Day ? Change(InDay, before, after) : InDay,
        Ever = Change(Ever, before, after),
    };

    /// <summary>What counts already in a limit's period.</summary>
    public GrantShare In(GrantPeriod period) => period switch
    {
        GrantPeriod.Hour => InHour,
        GrantPeriod.Day => InDay,
        GrantPeriod.Total => Ever,
        _ => GrantShare.None,
    };

    /// <summary>When a limit's period ends; <c>null</c> where it never does.</summary>
    public DateTimeOffset? EndOf(GrantPeriod period) => period switch
    {
        GrantPeriod.Hour => DateTimeOffset.UnixEpoch.AddHours(Hour + 1),
        GrantPeriod.Day => DateTimeOffset.UnixEpoch.AddDays(Day + 1),
        _ => null,
    };

    private static long HourOf(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerHour;

    private static long DayOf(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerDay;

    private static GrantShare Change(GrantShare sum, GrantShare before, GrantShare after) =>
        new(Less(sum.Wei + after.Wei, before.Wei), sum.Count + after.Count > before.Count ? sum.Count + after.Count - before.Count : 0);

    private static UInt256 Less(UInt256 sum, UInt256 part) => sum > part ? sum - part : UInt256.Zero;
}
