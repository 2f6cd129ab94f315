using System.Globalization;

namespace Bundler.Storage.Retention;

/// <summary>
/// Entries of the ledger with their shares, by the time of their blocks. The totals of all time and of each day were added up when the entries came and keep them
/// in; only a reorganisation takes away from them, and what is final sees none.
/// </summary>
internal static class LedgerMove
{
    private const string SelectTime = "SELECT block_time FROM ledger_entries WHERE block_time > $1 AND block_time < $2 ORDER BY block_time, block_number LIMIT 1";

    // Who bears a revert is still to be judged; and a bundle's transactions ask for the entry until they are gone.
    private const string IsOld =
        """
        e.block_time > $1 AND e.block_time <= $2 AND e.block_number <= (SELECT number FROM index_marks WHERE kind = 2)
            AND (e.success = 1 OR e.kind <> 0 OR e.fault_reason IS NOT NULL)
            AND NOT EXISTS (SELECT 1 FROM bundles b WHERE b.bundle_id = e.bundle_id)
        """;

    private const string SelectHighest = $"SELECT MAX(e.block_number) FROM ledger_entries e WHERE {IsOld}";

    private const string DeleteShares =
        $"DELETE FROM ledger_shares WHERE transaction_hash IN (SELECT e.transaction_hash FROM ledger_entries e WHERE {IsOld})";

    private const string DeleteEntries =
        $"DELETE FROM ledger_entries WHERE transaction_hash IN (SELECT e.transaction_hash FROM ledger_entries e WHERE {IsOld})";

    /// <summary>The last moment of a step; <c>null</c>: nothing is left.</summary>
    public static async Task<DateTimeOffset?> FindEndAsync(SqlSession session, DateTimeOffset after, DateTimeOffset before, int rows, CancellationToken cancellationToken) =>
        await TimeAsync(session, after, before, rows - 1, cancellationToken)
        ?? (await TimeAsync(session, after, before, 0, cancellationToken) is null ? null : before.AddTicks(-1));

    public static async Task<int> RunAsync(SqlSession session, DateTimeOffset after, DateTimeOffset until, CancellationToken cancellationToken)
    {
        if (await session.Prepare(SelectHighest).With(after).With(until).ReadFirstAsync(row => row.Int64OrNull(0), cancellationToken) is not { } highest)
        {
            return 0;
        }

        // A block that is read again must not add to the totals what they have.
        await IndexMarks.SetFirstAsync(session, IndexMarks.MovedLedger, 0, cancellationToken);
        await IndexMarks.RaiseAsync(session, IndexMarks.MovedLedger, (ulong)highest, cancellationToken);
        await session.Prepare(DeleteShares).With(after).With(until).ExecuteAsync(cancellationToken);
        return await session.Prepare(DeleteEntries).With(after).With(until).ExecuteAsync(cancellationToken);
    }

    private static Task<DateTimeOffset?> TimeAsync(SqlSession session, DateTimeOffset after, DateTimeOffset before, int offset, CancellationToken cancellationToken) =>
        session.Prepare(string.Create(CultureInfo.InvariantCulture, $"{SelectTime} OFFSET {offset}"))
            .With(after).With(before).ReadFirstAsync<DateTimeOffset?>(row => row.Time(0), cancellationToken);
}
