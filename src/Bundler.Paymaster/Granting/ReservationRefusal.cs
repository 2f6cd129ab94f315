using System.Diagnostics;
using System.Globalization;
using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Deciding;
using Bundler.Paymaster.Ledger;

namespace Bundler.Paymaster.Granting;

/// <summary>Why nothing was reserved, as callers are told it.</summary>
internal static class ReservationRefusal
{
    private const ulong LatestTime = 253_402_300_799;

    /// <param name="reservation">One without a grant.</param>
    /// <param name="worst">wei that was asked for.</param>
    public static SponsorRefusal Of(Reservation reservation, UInt256 worst) => reservation switch
    {
        Reservation.Refused { Limit.Period: GrantPeriod.Operation } alone => new SponsorRefusal(
            SponsorReason.GasExceedsLimit, alone.Limit.Name, $"the operation can cost {worst} wei, and one may cost at most {alone.Limit.Wei} wei")
        {
            Limit = alone.Limit.Wei, Spent = worst,
        },
        Reservation.Refused refused => new SponsorRefusal(
            refused.Limit.Scope == GrantScope.Sender ? SponsorReason.SenderLimitReached : SponsorReason.BudgetExhausted, refused.Limit.Name, Sentence(refused))
        {
            Limit = refused.ByCount ? refused.Limit.Count : refused.Limit.Wei, Spent = refused.Spent, ResetsAt = refused.ResetsAt,
        },
        Reservation.Uncovered uncovered => new SponsorRefusal(
            SponsorReason.TemporarilyUnavailable, "deposit", "the paymaster's deposit does not cover the operation beside what is granted already")
        {
            Limit = uncovered.Spendable, Spent = uncovered.Living,
        },
        Reservation.KeyGone => new SponsorRefusal(SponsorReason.SenderIneligible, "key", "the API key was revoked or has expired"),
        Reservation.NameTaken => new SponsorRefusal(SponsorReason.PolicyRejected, "grant", "another operation was granted under this id: ask for a new one"),
        Reservation.Distrusted distrusted => new SponsorRefusal(
            SponsorReason.TemporarilyUnavailable, "ledger", "the ledger of grants was restored, and what it does not know must expire first")
        {
            // As long as nobody has looked at the chain it is not known until when.
            ResetsAt = distrusted.Until <= LatestTime ? DateTimeOffset.FromUnixTimeSeconds((long)distrusted.Until) : null,
        },
        _ => throw new UnreachableException($"{reservation} has a grant"),
    };

    private static string Sentence(Reservation.Refused refused) => string.Create(
        CultureInfo.InvariantCulture,
        $"{refused.Limit.Name} is used up: {refused.Spent} of {(refused.ByCount ? $"{refused.Limit.Count} operations" : $"{refused.Limit.Wei} wei")} in {Words(refused.Limit.Period)}");

    private static string Words(GrantPeriod period) => period switch
    {
        GrantPeriod.Hour => "an hour",
        GrantPeriod.Day => "a day",
        _ => "all",
    };
}
