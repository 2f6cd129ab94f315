using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Ledger;

namespace Bundler.Storage.Grants;

/// <summary>One reservation inside its transaction: since writers take turns, what it reads is what is so until it has written.</summary>
internal static class GrantReserving
{
    private static readonly GrantLimit _slotLimit = new("grants of one nonce", GrantScope.Sender, GrantPeriod.Operation, null, GrantSlot.Most);

    public static async Task<Reservation> ReserveAsync(SqlSession session, GrantRequest request, GrantLimits limits, CancellationToken cancellationToken)
    {
        LedgerRow? ledger = await GrantLedgerTable.FindAsync(session, cancellationToken);
        if (GrantLedgerTable.Distrust(ledger, request) is { } distrusted)
        {
            return distrusted;
        }

        if (request.Key is { } key && !await KeyTables.IsAliveAsync(session, key, request.At, cancellationToken))
        {
            return new Reservation.KeyGone(key);
        }

        IReadOnlyList<GrantRow> slot = await GrantTables.SlotAsync(session, request.EntryPoint, request.Sender, request.Nonce, cancellationToken);
        if (slot.FirstOrDefault(row => IsSame(row.Grant, request)) is { } same)
        {
            return new Reservation.Same(same.Grant);
        }

        if (slot.Count(row => GrantSlot.Lives(row.Grant.State)) >= GrantSlot.Most)
        {
            return new Reservation.Refused(_slotLimit, true, GrantSlot.Most, DateTimeOffset.FromUnixTimeSeconds((long)slot.Max(row => row.Request.ValidUntil)));
        }

        if (request.Id is { } name && await GrantTables.FindAsync(session, name, cancellationToken) is not null)
        {
            return new Reservation.NameTaken();
        }

        Grant grant = new(request.Id ?? GrantId.Random(), GrantState.Reserved, request);
        GrantShare share = GrantSlot.Shares([.. slot.Select(row => row.Grant), grant])[^1];
        Dictionary<GrantScope, GrantSums> sums = await GrantSumTables.ReadAsync(session, request, cancellationToken);
        DateTimeOffset countedAt = NotBefore(request.At, sums.Values);
        sums = sums.ToDictionary(each => each.Key, each => each.Value.At(countedAt));
        if (GrantBudget.FirstRefusal(limits.Budgets, request, share, scope => sums.GetValueOrDefault(scope)) is { } refused)
        {
            return refused;
        }

        GrantLiability living = await GrantLiabilityTable.FindOrOpenAsync(session, request.Paymaster, cancellationToken);
        if (limits.Spendable is not { } spendable || !GrantBudget.Bears(spendable, living.Total, share.Wei))
        {
            return new Reservation.Uncovered(limits.Spendable, living.Total);
        }

        await GrantTables.InsertAsync(session, new GrantRow(0, grant, countedAt, share), cancellationToken);
        await GrantSumTables.WriteAsync(
            session, request, sums.ToDictionary(each => each.Key, each => each.Value.With(countedAt, GrantShare.None, share)), cancellationToken);
        await GrantLiabilityTable.WriteAsync(session, request.Paymaster, living with { Reserved = living.Reserved + share.Wei }, cancellationToken);
        await GrantLedgerTable.SeeWindowAsync(session, ledger, request, cancellationToken);
        return new Reservation.Reserved(grant);
    }

    /// <summary>One whose window is still open; a denied one never had a signature, so what is asked again is new.</summary>
    private static bool IsSame(Grant known, GrantRequest asked) =>
        known.Request.CoreHash == asked.CoreHash && known.Request.Key == asked.Key && known.Request.Paymaster == asked.Paymaster
        && known.Request.Worst == asked.Worst && known.State is not (GrantState.Denied or GrantState.Expired)
        && known.Request.ValidUntil > (ulong)asked.At.ToUnixTimeSeconds();

    /// <summary>A clock that is behind the others counts where they are: it does not open an hour again.</summary>
    private static DateTimeOffset NotBefore(DateTimeOffset time, IEnumerable<GrantSums> all) =>
        all.SelectMany(sums => new[] { DateTimeOffset.UnixEpoch.AddHours(sums.Hour), DateTimeOffset.UnixEpoch.AddDays(sums.Day) }).Append(time).Max();
}
