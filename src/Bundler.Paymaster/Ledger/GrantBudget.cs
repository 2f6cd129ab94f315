using Bundler.Ethereum.Primitives;

namespace Bundler.Paymaster.Ledger;

/// <summary>Whether a limit bears one more share.</summary>
public static class GrantBudget
{
    /// <summary>The refusal of the first limit that does not; <c>null</c>: all do.</summary>
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
                return new Reservation.Refused(limit, false, spent.Wei, sums.EndOf(limit.Period));
            }

            if (limit.Count is { } count && more.Count > 0 && !Bears(count, spent.Count, more.Count))
            {
                return new Reservation.Refused(limit, true, spent.Count, sums.EndOf(limit.Period));
            }
        }

        return null;
    }

    /// <summary>Whether what is taken and what is asked for stay within the most, without adding: the sum of two large numbers may be none.</summary>
    public static bool Bears(UInt256 most, UInt256 taken, UInt256 more) => taken <= most && more <= most - taken;
}
