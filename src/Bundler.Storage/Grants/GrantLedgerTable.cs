using Bundler.Paymaster.Ledger;

namespace Bundler.Storage.Grants;

/// <summary>The one row about the ledger itself: until when it is known to be whole.</summary>
internal static class GrantLedgerTable
{
    private const long OnlyRow = 0;

    private const string Select = "SELECT beat_at, longest_seconds, distrusted_until FROM grant_ledger WHERE id = $1";
    private const string SetLongest = "UPDATE grant_ledger SET longest_seconds = $2 WHERE id = $1 AND longest_seconds < $2";
    private const string SetBeat = "UPDATE grant_ledger SET beat_at = $2 WHERE id = $1 AND beat_at < $2";
    private const string SetTrusted = "UPDATE grant_ledger SET distrusted_until = 0 WHERE id = $1";

    private const string Upsert =
        """
        INSERT INTO grant_ledger (id, beat_at, longest_seconds, distrusted_until) VALUES ($1, $2, $3, $4)
        ON CONFLICT (id) DO UPDATE SET beat_at = excluded.beat_at, longest_seconds = excluded.longest_seconds, distrusted_until = excluded.distrusted_until
        """;

    /// <summary>Why nothing is reserved now; a ledger that nobody has opened is not trusted at all.</summary>
    public static Reservation? Distrust(LedgerRow? ledger, GrantRequest request)
    {
        ulong until = ledger?.DistrustedUntil ?? ulong.MaxValue;
        return (ulong)request.At.ToUnixTimeSeconds() < until ? new Reservation.Distrusted(until) : null;
    }

    /// <summary>The longest window tells how long grants may be out that an older copy of this store does not know.</summary>
    public static Task SeeWindowAsync(SqlSession session, LedgerRow? ledger, GrantRequest request, CancellationToken cancellationToken)
    {
        ulong now = (ulong)request.At.ToUnixTimeSeconds();
        ulong seconds = request.ValidUntil > now ? request.ValidUntil - now : 0;
        return seconds <= ledger?.LongestSeconds ? Task.CompletedTask : session.Prepare(SetLongest).With(OnlyRow).With(seconds).ExecuteAsync(cancellationToken);
    }

    public static async Task<LedgerStanding> OpenAsync(SqlSession session, LedgerOpening opening, CancellationToken cancellationToken)
    {
        LedgerRow? row = await FindAsync(session, cancellationToken);
        ulong longest = Math.Max(row?.LongestSeconds ?? 0, opening.LongestSeconds);
        ulong until = LedgerTrust.DistrustedUntil(row?.BeatAt, row?.DistrustedUntil ?? 0, longest, opening);
        await session.Prepare(Upsert).With(OnlyRow).With(opening.Now).With(longest).With(until).ExecuteAsync(cancellationToken);
        return new LedgerStanding(until);
    }

    public static async Task<LedgerStanding> BeatAsync(SqlSession session, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await session.Prepare(SetBeat).With(OnlyRow).With(now).ExecuteAsync(cancellationToken);
        return new LedgerStanding((await FindAsync(session, cancellationToken))?.DistrustedUntil ?? ulong.MaxValue);
    }

    public static Task TrustAsync(SqlSession session, CancellationToken cancellationToken) =>
        session.Prepare(SetTrusted).With(OnlyRow).ExecuteAsync(cancellationToken);

    /// <summary><c>null</c>: nobody has opened it.</summary>
    public static Task<LedgerRow?> FindAsync(SqlSession session, CancellationToken cancellationToken) =>
        session.Prepare(Select).With(OnlyRow).ReadFirstAsync(row => new LedgerRow(row.Time(0), row.UInt64(1), row.UInt64(2)), cancellationToken);
}

/// <summary>What the ledger knows of itself.</summary>
/// <param name="BeatAt">When a node last told of itself in it.</param>
/// <param name="LongestSeconds">The longest window that was ever granted or may be.</param>
/// <param name="DistrustedUntil">Seconds of the clock before which nothing is reserved; 0: it is whole.</param>
internal sealed record LedgerRow(DateTimeOffset BeatAt, ulong LongestSeconds, ulong DistrustedUntil);
