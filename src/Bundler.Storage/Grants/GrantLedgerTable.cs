using Bundler.Paymaster.Ledger;

namespace Bundler.Storage.Grants;

/// <summary>The one row about the ledger itself: until when it is known to be whole.</summary>
internal static class GrantLedgerTable
{
    private const long OnlyRow = 0;

    private const string Select = "SELECT beat_at, longest_seconds, distrusted_until FROM grant_ledger WHERE id = $1";
    private const string SetLongest = "UPDATE grant_ledger SET longest_seconds = $2 WHERE id = $1 AND longest_seconds < $2";
    private const string SetTrusted = "UPDATE grant_ledger SET distrusted_until = 0 WHERE id = $1";

    private const string Upsert =
        """
        INSERT INTO grant_ledger (id, beat_at, longest_seconds, distrusted_until) VALUES ($1, $2, $3, $4)
        ON CONFLICT (id) DO UPDATE SET beat_at = excluded.beat_at, longest_seconds = excluded.longest_seconds, distrusted_until = excluded.distrusted_until
        """;

    /// <summary>
    /// Why nothing is reserved now. A ledger that nobody has opened is not trusted at all; one of which no node told lately was put in place of another just now, and
    /// whoever opens it next says until when it is not.
    /// </summary>
    public static Reservation? Distrust(LedgerRow? ledger, GrantRequest request) =>
        ledger is null ? new Reservation.Distrusted(ulong.MaxValue)
        : (ulong)request.At.ToUnixTimeSeconds() < ledger.DistrustedUntil ? new Reservation.Distrusted(ledger.DistrustedUntil)
        : LedgerTrust.IsFresh(ledger.BeatAt, request.At) ? null
        : new Reservation.Distrusted(LedgerTrust.AllHasExpiredAt(request.At, ledger.LongestSeconds));

    /// <summary>Seconds from the request to the end of its window.</summary>
    public static ulong WindowOf(GrantRequest request)
    {
        ulong now = (ulong)request.At.ToUnixTimeSeconds();
        return request.ValidUntil > now ? request.ValidUntil - now : 0;
    }

    /// <summary>The longest window tells how long grants may be out that an older copy of this store does not know.</summary>
    public static SqlCall SeeWindow(ulong seconds) => new SqlCall(SetLongest).With(OnlyRow).With(seconds);

    public static async Task<LedgerStanding> OpenAsync(SqlSession session, LedgerOpening opening, CancellationToken cancellationToken)
    {
        LedgerRow? row = await FindAsync(session, cancellationToken);
        ulong longest = Math.Max(row?.LongestSeconds ?? 0, opening.LongestSeconds);
        ulong until = LedgerTrust.DistrustedUntil(row?.BeatAt, row?.DistrustedUntil ?? 0, longest, opening);
        DateTimeOffset beat = row is { BeatAt: { } last } && last > opening.Now ? last : opening.Now;
        await session.Prepare(Upsert).With(OnlyRow).With(beat).With(longest).With(until).ExecuteAsync(cancellationToken);
        return new LedgerStanding(until);
    }

    public static Task TrustAsync(SqlSession session, CancellationToken cancellationToken) =>
        session.Prepare(SetTrusted).With(OnlyRow).ExecuteAsync(cancellationToken);

    /// <summary><c>null</c>: nobody has opened it.</summary>
    public static Task<LedgerRow?> FindAsync(SqlSession session, CancellationToken cancellationToken) =>
        session.Prepare(Select).With(OnlyRow).ReadFirstAsync(Row, cancellationToken);

    /// <inheritdoc cref="FindAsync"/>
    public static SqlQuery<LedgerRow> Query() => new SqlQuery<LedgerRow>(Select, Row).With(OnlyRow);

    private static LedgerRow Row(SqlRow row) => new(row.Time(0), row.UInt64(1), row.UInt64(2));
}

/// <summary>What the ledger knows of itself.</summary>
/// <param name="BeatAt">When a node last told of itself in it.</param>
/// <param name="LongestSeconds">The longest window that was ever granted or may be.</param>
/// <param name="DistrustedUntil">Seconds of the clock before which nothing is reserved; 0: it is whole.</param>
internal sealed record LedgerRow(DateTimeOffset BeatAt, ulong LongestSeconds, ulong DistrustedUntil);
