using Bundler.Ethereum.Primitives;

namespace Bundler.Paymaster.Ledger;

/// <summary>Whether a limit bears one more share.</summary>
public static class GrantBudget
{
    /// <summary>The refusal of the first limit that does not, without when there is room again; <c>null</c>: all do.</summary>
    /// <param name="limits">In the order in which they are asked.</param>
    /// <param name="request">Whose worst cost a limit of each operation looks at.</param>
    /// <param name="share">What it adds to the sums.</param>
    /// <param name="sumsOf">The sums of a scope now; <c>null</c>: the limit does not apply.</param>
    public static Reservation.Refused? FirstRefusal(
        IReadOnlyList<GrantLimit> limits, GrantRequest request, GrantShare share, Func<GrantScope, GrantSums?> sumsOf)
    {
        foreach (GrantLimit limit in limits)
        {
            if (sumsOf(limit.Scope) is not { } sums)
            {
                continue;
            }

            GrantShare more = limit.Period == GrantPeriod.Operation ? new GrantShare(request.Worst, 1) : share;
            GrantShare spent = sums.In(limit.Period);
            if (limit.Wei is { } wei && more.Wei > UInt256.Zero && !Bears(wei, spent.Wei, more.Wei))
            {
                return new Reservation.Refused(limit, false, spent.Wei, null);
            }

            if (limit.Count is { } count && more.Count > 0 && !Bears(count, spent.Count, more.Count))
            {
                return new Reservation.Refused(limit, true, spent.Count, null);
            }
        }

        return null;
    }

    /// <summary>When a period has room again for what it refused, if nothing else happens: one length after the grant by whose leaving there is.</summary>
    /// <param name="refused">Of a limit whose period slides.</param>
    /// <param name="share">What was to be added.</param>
    /// <param name="counting">The grants that count in it, the oldest first; where there are more than are told, whoever comes back then may be refused again.</param>
    /// <returns><c>null</c>: never, for it is more than the limit by itself, or than those that are told leave free and there are none.</returns>
    public static DateTimeOffset? RoomAt(Reservation.Refused refused, GrantShare share, IEnumerable<(DateTimeOffset CountedAt, GrantShare Share)> counting)
    {
        GrantLimit limit = refused.Limit;
        if (GrantSums.LengthOf(limit.Period) is not { } length || (refused.ByCount ? share.Count > limit.Count : share.Wei > limit.Wei))
        {
            return null;
        }

        UInt256 most = refused.ByCount ? limit.Count!.Value : limit.Wei!.Value;
        UInt256 more = refused.ByCount ? share.Count : share.Wei;
        UInt256 spent = refused.Spent;
        DateTimeOffset? last = null;
        foreach ((DateTimeOffset countedAt, GrantShare one) in counting)
        {
            last = countedAt + length;
            spent = UInt256.SubtractToZero(spent, refused.ByCount ? one.Count : one.Wei);
            if (Bears(most, spent, more))
            {
                break;
            }
        }

        return last;
    }

    /// <summary>Whether what is taken and what is asked for stay within the most, without adding: the sum of two large numbers may be none.</summary>
    public static bool Bears(UInt256 most, UInt256 taken, UInt256 more) => taken <= most && more <= most - taken;
}
