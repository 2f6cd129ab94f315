using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Ledger;

namespace Bundler.Storage.Grants;

/// <summary>The sums of scopes: 256-bit numbers cannot be added up in SQL.</summary>
internal static class GrantSumTables
{
    private const byte PaymasterKind = 1;
    private const byte KeyKind = 2;
    private const byte SenderKind = 3;

    private const string Select =
        "SELECT scope, hour, hour_wei, hour_count, day, day_wei, day_count, ever_wei, ever_count FROM grant_sums WHERE scope IN ($1, $2, $3)";

    private const string Upsert =
        """
        INSERT INTO grant_sums (scope, hour, hour_wei, hour_count, day, day_wei, day_count, ever_wei, ever_count) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        ON CONFLICT (scope) DO UPDATE SET hour = excluded.hour, hour_wei = excluded.hour_wei, hour_count = excluded.hour_count, day = excluded.day,
            day_wei = excluded.day_wei, day_count = excluded.day_count, ever_wei = excluded.ever_wei, ever_count = excluded.ever_count
        """;

    private const string DeleteSenders =
        "DELETE FROM grant_sums WHERE scope IN (SELECT scope FROM grant_sums WHERE day < $1 AND scope >= $2 AND scope < $3 ORDER BY day LIMIT $4)";

    /// <summary>The scopes that a request counts in, and their sums.</summary>
    public static async Task<Dictionary<GrantScope, GrantSums>> ReadAsync(SqlSession session, GrantRequest request, CancellationToken cancellationToken)
    {
        Dictionary<GrantScope, Bytes> names = NamesOf(request);
        Bytes first = names[GrantScope.Paymaster];
        IReadOnlyList<(Bytes Scope, GrantSums Sums)> rows = await session.Prepare(Select)
            .With(first).With(names[GrantScope.Sender]).With(names.GetValueOrDefault(GrantScope.Key, first))
            .ReadAllAsync(Row, cancellationToken);
        return names.ToDictionary(
            name => name.Key, name => rows.Where(row => row.Scope == name.Value).Select(row => row.Sums).FirstOrDefault(GrantSums.Empty));
    }

    /// <summary>The sums of one paymaster.</summary>
    public static async Task<GrantSums> OfPaymasterAsync(SqlSession session, Address paymaster, CancellationToken cancellationToken)
    {
        Bytes name = Name(PaymasterKind, paymaster.Span);
        IReadOnlyList<(Bytes Scope, GrantSums Sums)> rows =
            await session.Prepare(Select).With(name).With(name).With(name).ReadAllAsync(Row, cancellationToken);
        return rows.Select(row => row.Sums).FirstOrDefault(GrantSums.Empty);
    }

    public static async Task WriteAsync(SqlSession session, GrantRequest request, IReadOnlyDictionary<GrantScope, GrantSums> all, CancellationToken cancellationToken)
    {
        foreach ((GrantScope scope, Bytes name) in NamesOf(request))
        {
            GrantSums sums = all[scope];
            await session.Prepare(Upsert)
                .With(name).With(sums.Hour).With(sums.InHour.Wei).With(sums.InHour.Count).With(sums.Day).With(sums.InDay.Wei).With(sums.InDay.Count)
                .With(sums.Ever.Wei).With(sums.Ever.Count)
                .ExecuteAsync(cancellationToken);
        }
    }

    /// <summary>Senders that asked for nothing since a day; whoever comes again begins anew.</summary>
    public static Task<int> TrimSendersAsync(SqlSession session, DateTimeOffset before, int atMost, CancellationToken cancellationToken) =>
        session.Prepare(DeleteSenders)
            .With(LedgerTables.DayOf(before)).With(Bytes.Own([SenderKind])).With(Bytes.Own([SenderKind + 1])).With((long)atMost)
            .ExecuteAsync(cancellationToken);

    private static Dictionary<GrantScope, Bytes> NamesOf(GrantRequest request)
    {
        Dictionary<GrantScope, Bytes> names = new()
        {
            [GrantScope.Paymaster] = Name(PaymasterKind, request.Paymaster.Span),
            [GrantScope.Sender] = Name(SenderKind, request.Sender.Span),
        };
        if (request.Key is { } key)
        {
            names.Add(GrantScope.Key, Name(KeyKind, System.Text.Encoding.UTF8.GetBytes(key)));
        }

        return names;
    }

    private static Bytes Name(byte kind, ReadOnlySpan<byte> id) => Bytes.Own([kind, .. id]);

    private static (Bytes Scope, GrantSums Sums) Row(SqlRow row) => (
        row.Bytes(0),
        new GrantSums(
            row.Int64(1), new GrantShare(row.UInt256(2), row.UInt64(3)), row.Int64(4), new GrantShare(row.UInt256(5), row.UInt64(6)),
            new GrantShare(row.UInt256(7), row.UInt64(8))));
}
