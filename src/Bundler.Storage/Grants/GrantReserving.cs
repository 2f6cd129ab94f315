using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Ledger;

namespace Bundler.Storage.Grants;

/// <summary>
/// Reservations inside their transaction. Since writers take turns, what is read before the first is what is so until the last is written; each is decided by itself, by what those before it have left,
/// exactly as if it were alone.
/// </summary>
internal static class GrantReserving
{
    private static readonly GrantLimit _slotLimit = new("grants of one nonce", GrantScope.Sender, GrantPeriod.Operation, null, GrantSlot.Most);

    /// <returns>What became of each, in the order of the asks.</returns>
    public static async Task<IReadOnlyList<Reservation>> ReserveAsync(SqlSession session, IReadOnlyList<GrantAsk> asks, CancellationToken cancellationToken)
    {
        ReservingState state = await ReservingState.ReadAsync(session, asks, cancellationToken);
        List<RoomQuestion> refusals = [];
        Reservation[] answers = new Reservation[asks.Count];
        for (int i = 0; i < asks.Count; i++)
        {
            GrantShare share = GrantShare.None;
            answers[i] = Decide(state, asks[i], ref share);
            if (answers[i] is Reservation.Refused refused && GrantSums.LengthOf(refused.Limit.Period) is not null)
            {
                refusals.Add(new RoomQuestion(i, asks[i].Request, refused, share));
            }
        }

        await state.WriteAsync(session, cancellationToken);
        foreach (RoomQuestion question in await GrantWindows.RoomAtAsync(session, refusals, state, cancellationToken))
        {
            answers[question.Ask] = question.Refused;
        }

        return answers;
    }

    private static Reservation Decide(ReservingState state, GrantAsk ask, ref GrantShare share)
    {
        (GrantRequest request, GrantLimits limits) = ask;
        if (GrantLedgerTable.Distrust(state.Ledger, request) is { } distrusted)
        {
            return distrusted;
        }

        if (request.Key is { } key && !state.IsAlive(key, request.At))
        {
            return new Reservation.KeyGone(key);
        }

        IReadOnlyList<GrantRow> slot = state.Slot(request);
        if (slot.FirstOrDefault(row => IsSame(row.Grant, request)) is { } same)
        {
            state.Share(same);
            return new Reservation.Same(same.Grant);
        }

        if (slot.Count(row => GrantSlot.Lives(row.Grant.State)) >= GrantSlot.Most)
        {
            return new Reservation.Refused(_slotLimit, true, GrantSlot.Most, DateTimeOffset.FromUnixTimeSeconds((long)slot.Max(row => row.Request.ValidUntil)));
        }

        if (request.Id is { } name && state.IsTaken(name, request))
        {
            return new Reservation.NameTaken();
        }

        Grant grant = new(request.Id ?? GrantId.Random(), GrantState.Reserved, request);
        share = GrantSlot.Shares([.. slot.Select(row => row.Grant), grant])[^1];
        if (GrantBudget.FirstRefusal(limits.Budgets, request, share, scope => state.Sums(request, scope)) is { } refused)
        {
            return refused;
        }

        UInt256 owed = GrantLiabilityTable.Sum(state.Living(request.Paymaster).Total, state.Elsewhere(ask));
        if (limits.Spendable is not { } deposit || !GrantBudget.Bears(deposit, owed, share.Wei))
        {
            return new Reservation.Uncovered(limits.Spendable, owed);
        }

        state.Add(grant, share);
        return new Reservation.Reserved(grant);
    }

    /// <summary>One whose window is still open; of a denied one no signature left, so what is asked again is new.</summary>
    private static bool IsSame(Grant known, GrantRequest asked) =>
        known.Request.CoreHash == asked.CoreHash && known.Request.Key == asked.Key && known.Request.Paymaster == asked.Paymaster
        && known.Request.Worst == asked.Worst && known.State is not (GrantState.Denied or GrantState.Expired)
        && known.Request.ValidUntil > (ulong)asked.At.ToUnixTimeSeconds();
}

/// <summary>A refusal of a limit that slides, before it is known when there is room.</summary>
/// <param name="Ask">Its place among the asks.</param>
/// <param name="Request">Who asked.</param>
/// <param name="Refused">The answer.</param>
/// <param name="Share">What was to be added.</param>
internal sealed record RoomQuestion(int Ask, GrantRequest Request, Reservation.Refused Refused, GrantShare Share);
