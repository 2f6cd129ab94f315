using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Ledger;

namespace Bundler.Storage.Grants;

/// <summary>The sums of scopes: 256-bit numbers cannot be added up in SQL.</summary>
internal static class GrantSumTables
{
    private const string Select = "SELECT counted_at, hour_wei, hour_count, day_wei, day_count, ever_wei, ever_count FROM grant_sums WHERE scope = $1";

    private const string Upsert =
        """
        INSERT INTO grant_sums (scope, counted_at, hour_wei, hour_count, day_wei, day_count, ever_wei, ever_count) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (scope) DO UPDATE SET counted_at = excluded.counted_at, hour_wei = excluded.hour_wei, hour_count = excluded.hour_count,
            day_wei = excluded.day_wei, day_count = excluded.day_count, ever_wei = excluded.ever_wei, ever_count = excluded.ever_count
        """;

    private const string DeleteSenders =
        "DELETE FROM grant_sums WHERE scope IN (SELECT scope FROM grant_sums WHERE counted_at < $1 AND scope >= $2 AND scope < $3 ORDER BY counted_at LIMIT $4)";

    /// <summary>No row: nothing was ever asked for.</summary>
    public static SqlQuery<GrantSums> Query(GrantScopeName name) => new SqlQuery<GrantSums>(Select, Row).With(name.Stored);

    /// <summary>A row as it is now.</summary>
    public static SqlCall Write(GrantScopeName name, GrantSums sums) => new SqlCall(Upsert)
        .With(name.Stored).With(sums.At).With(sums.InHour.Wei).With(sums.InHour.Count).With(sums.InDay.Wei).With(sums.InDay.Count).With(sums.Ever.Wei).With(sums.Ever.Count);

    /// <summary>Changes the sums of every scope in which a grant counts.</summary>
    public static async Task ChangeAsync(SqlSession session, GrantRequest request, Func<GrantSums, GrantSums> change, CancellationToken cancellationToken)
    {
        (GrantScopeName Name, SqlQuery<GrantSums> Sums)[] all = [.. GrantScopeName.AllOf(request).Select(name => (name, Query(name)))];
        await session.ReadAsync([.. all.Select(each => each.Sums)], cancellationToken);
        await session.ExecuteAsync([.. all.Select(each => Write(each.Name, change(each.Sums.Rows.FirstOrDefault() ?? GrantSums.Empty)))], cancellationToken);
    }

    /// <summary>The sums of one paymaster.</summary>
    public static async Task<GrantSums> OfPaymasterAsync(SqlSession session, Address paymaster, CancellationToken cancellationToken) =>
        await session.Prepare(Select).With(GrantScopeName.OfPaymaster(paymaster).Stored).ReadFirstAsync(Row, cancellationToken) ?? GrantSums.Empty;

    /// <summary>Senders that asked for nothing since a time; whoever comes again begins anew.</summary>
    public static Task<int> TrimSendersAsync(SqlSession session, DateTimeOffset before, int atMost, CancellationToken cancellationToken) =>
        session.Prepare(DeleteSenders)
            .With(before).With(GrantScopeName.Senders.First).With(GrantScopeName.Senders.After).With((long)atMost)
            .ExecuteAsync(cancellationToken);

    private static GrantSums Row(SqlRow row) =>
        new(row.Time(0), new GrantShare(row.UInt256(1), row.UInt64(2)), new GrantShare(row.UInt256(3), row.UInt64(4)), new GrantShare(row.UInt256(5), row.UInt64(6)));
}
