using System.Globalization;

namespace Bundler.Storage.Retention;

/// <summary>
/// Bundles and every version that was signed for them, by the time of their signatures. One that is open, that is at risk, or whose mined transaction is not
/// in the ledger for good stays, however old it is, and the steps go on behind it.
/// </summary>
internal static class TransactionsMove
{
    private const string SelectSigned = "SELECT signed_at FROM transactions WHERE signed_at > $1 AND signed_at < $2 ORDER BY signed_at LIMIT 1";

    // The cost of what was mined is known once the ledger has it.
    private const string DeleteBundles =
        """
        DELETE FROM bundles WHERE bundle_id IN (SELECT t.bundle_id FROM transactions t WHERE t.signed_at > $1 AND t.signed_at <= $2)
            AND bundle_end IS NOT NULL AND at_risk IS NULL
            AND NOT EXISTS (SELECT 1 FROM transactions n WHERE n.bundle_id = bundles.bundle_id AND n.signed_at > $2)
            AND (mined_transaction IS NULL OR EXISTS (
                SELECT 1 FROM ledger_entries e WHERE e.transaction_hash = bundles.mined_transaction
                    AND e.block_number <= (SELECT number FROM index_marks WHERE kind = 2)))
        """;

    private const string DeleteTransactions =
        "DELETE FROM transactions WHERE signed_at <= $1 AND NOT EXISTS (SELECT 1 FROM bundles b WHERE b.bundle_id = transactions.bundle_id)";

    /// <summary>The last moment of a step; <c>null</c>: nothing is left.</summary>
    public static async Task<DateTimeOffset?> FindEndAsync(SqlSession session, DateTimeOffset after, DateTimeOffset before, int rows, CancellationToken cancellationToken) =>
        await SignedAsync(session, after, before, rows - 1, cancellationToken)
        ?? (await SignedAsync(session, after, before, 0, cancellationToken) is null ? null : before.AddTicks(-1));

    public static async Task<int> RunAsync(SqlSession session, DateTimeOffset after, DateTimeOffset until, CancellationToken cancellationToken) =>
        await session.Prepare(DeleteBundles).With(after).With(until).ExecuteAsync(cancellationToken) == 0
            ? 0
            : await session.Prepare(DeleteTransactions).With(until).ExecuteAsync(cancellationToken);

    private static Task<DateTimeOffset?> SignedAsync(SqlSession session, DateTimeOffset after, DateTimeOffset before, int offset, CancellationToken cancellationToken) =>
        session.Prepare(string.Create(CultureInfo.InvariantCulture, $"{SelectSigned} OFFSET {offset}"))
            .With(after).With(before).ReadFirstAsync<DateTimeOffset?>(row => row.Time(0), cancellationToken);
}
