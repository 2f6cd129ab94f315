using Bundler.Ethereum.Primitives;

namespace Bundler.Paymaster.Ledger;

/// <summary>What counts in one scope at a moment: the grants of the hour before it, those of the day before it, and all. They slide: a limit holds in every hour, wherever one lets it begin.</summary>
/// <param name="At">The moment; it only goes forward.</param>
/// <param name="InHour">What the grants add up to that count after one hour before it.</param>
/// <param name="InDay">Likewise.</param>
/// <param name="Ever">All grants.</param>
public sealed record GrantSums(DateTimeOffset At, GrantShare InHour, GrantShare InDay, GrantShare Ever)
{
    /// <summary>The periods that slide.</summary>
    public static readonly IReadOnlyList<GrantPeriod> Sliding = [GrantPeriod.Hour, GrantPeriod.Day];

    /// <summary>Nothing was ever asked for.</summary>
    public static GrantSums Empty { get; } = new(DateTimeOffset.UnixEpoch, GrantShare.None, GrantShare.None, GrantShare.None);

    /// <summary>How long a period is; <c>null</c> where it does not slide.</summary>
    public static TimeSpan? LengthOf(GrantPeriod period) => period switch
    {
        GrantPeriod.Hour => TimeSpan.FromHours(1),
        GrantPeriod.Day => TimeSpan.FromDays(1),
        _ => null,
    };

    /// <summary>Which grants change what a period counts between this moment and a later one; <c>null</c>: none do.</summary>
    public GrantSpan? SpanTo(DateTimeOffset time, GrantPeriod period) =>
        LengthOf(period) is not { } length || time <= At ? null
        : time - At >= length ? new GrantSpan(time - length, time, IsAnew: true)
        : In(period) == GrantShare.None ? null
        : new GrantSpan(At - length, time - length, IsAnew: false);

    /// <summary>The sums at a later moment. Time that runs backwards stays where it was: a limit never opens twice.</summary>
    /// <param name="time">The moment.</param>
    /// <param name="sharesIn">What the grants of a span add up to now.</param>
    public GrantSums MovedTo(DateTimeOffset time, Func<GrantPeriod, GrantSpan, GrantShare> sharesIn) => time <= At ? this : this with
    {
        At = time,
        InHour = Moved(GrantPeriod.Hour, time, sharesIn),
        InDay = Moved(GrantPeriod.Day, time, sharesIn),
    };

    /// <summary>The sums when a grant that counts from a time on counts for something else than before.</summary>
    public GrantSums With(DateTimeOffset countedAt, GrantShare before, GrantShare after) => this with
    {
        InHour = countedAt > At - TimeSpan.FromHours(1) ? InHour.Plus(after).Minus(before) : InHour,
        InDay = countedAt > At - TimeSpan.FromDays(1) ? InDay.Plus(after).Minus(before) : InDay,
        Ever = Ever.Plus(after).Minus(before),
    };

    /// <summary>What counts already in a limit's period.</summary>
    public GrantShare In(GrantPeriod period) => period switch
    {
        GrantPeriod.Hour => InHour,
        GrantPeriod.Day => InDay,
        GrantPeriod.Total => Ever,
        _ => GrantShare.None,
    };

    private GrantShare Moved(GrantPeriod period, DateTimeOffset time, Func<GrantPeriod, GrantSpan, GrantShare> sharesIn) =>
        SpanTo(time, period) is not { } span ? In(period)
        : span.IsAnew ? sharesIn(period, span)
        : In(period).Minus(sharesIn(period, span));
}
