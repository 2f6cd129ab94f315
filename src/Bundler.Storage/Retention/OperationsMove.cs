using System.Globalization;
using Bundler.Engine.Development;
using Bundler.Engine.Pool;
using Bundler.Engine.Retention;

namespace Bundler.Storage.Retention;

/// <summary>
/// Whole blocks of the index, the oldest first, and only those that the chain has made final. What is left of each operation names its transaction and its block,
/// by which a look-up reads the rest from the chain.
/// </summary>
internal static class OperationsMove
{
    private const string Final = "(SELECT number FROM index_marks WHERE kind = 2)";

    // A server sends all that is asked for, though only the first that can be read is wanted.
    private const string SelectOldest =
        $"""
        SELECT transaction_hash, block_number, block_hash FROM included_operations WHERE block_number <= {Final} ORDER BY block_number, log_index LIMIT 16
        """;

    private const string SelectBlocks = "SELECT block_number FROM included_operations WHERE block_number <= $1 ORDER BY block_number";

    private const string CopyEnds =
        """
        INSERT INTO ended_operations (user_op_hash, state, transaction_hash, block_number, reason, at)
        SELECT o.user_op_hash, $2, o.transaction_hash, o.block_number, NULL, COALESCE(s.at, $3)
        FROM included_operations o LEFT JOIN operation_statuses s ON s.user_op_hash = o.user_op_hash WHERE o.block_number <= $1
        ON CONFLICT (user_op_hash) DO UPDATE SET
            state = excluded.state, transaction_hash = excluded.transaction_hash, block_number = excluded.block_number, reason = excluded.reason
        """;

    private const string DeleteStatuses =
        "DELETE FROM operation_statuses WHERE user_op_hash IN (SELECT user_op_hash FROM included_operations WHERE block_number <= $1)";

    private const string DeleteOperations = "DELETE FROM included_operations WHERE block_number <= $1";
    private const string DeleteReceipts = "DELETE FROM receipts WHERE block_number <= $1";

    // The search for a fork looks at these.
    private const string DeleteBlocks = $"DELETE FROM blocks WHERE number <= $1 AND number < {Final} - $2";

    public static Task<IndexedTransaction?> OldestAsync(SqlSession session, CancellationToken cancellationToken) =>
        session.Prepare(SelectOldest).ReadFirstAsync(row => new IndexedTransaction(row.Hash(0), row.UInt64(1), row.Hash(2)), cancellationToken);

    /// <summary>The last block of a step: as many as have no more operations than <paramref name="rows"/>, one at least; <c>null</c>: none is left.</summary>
    public static async Task<ulong?> FindEndAsync(SqlSession session, ulong upTo, int rows, CancellationToken cancellationToken)
    {
        if (await IndexMarks.FindAsync(session, IndexMarks.FinalBlock, cancellationToken) is not { } final
            || await BlockAsync(session, Math.Min(upTo, final), 0, cancellationToken) is not { } first)
        {
            return null;
        }

        ulong last = Math.Min(upTo, final);
        return await BlockAsync(session, last, rows, cancellationToken) is not { } next ? last : next == first ? first : next - 1;
    }

    public static async Task<int> RunAsync(SqlSession session, ulong end, int rememberedBlocks, DateTimeOffset at, CancellationToken cancellationToken)
    {
        // A reorganisation may have come in between; what is not final any more stays.
        if (await IndexMarks.FindAsync(session, IndexMarks.FinalBlock, cancellationToken) is not { } final || final < end)
        {
            return 0;
        }

        await session.Prepare(CopyEnds).With(end).With((long)OperationState.Final).With(at).ExecuteAsync(cancellationToken);
        await session.Prepare(DeleteStatuses).With(end).ExecuteAsync(cancellationToken);
        int operations = await session.Prepare(DeleteOperations).With(end).ExecuteAsync(cancellationToken);
        FaultSwitch.Pass(FaultPoint.DuringRetention);
        await session.Prepare(DeleteReceipts).With(end).ExecuteAsync(cancellationToken);
        await session.Prepare(DeleteBlocks).With(end).With((long)rememberedBlocks).ExecuteAsync(cancellationToken);
        return operations;
    }

    // Written out: a planner that does not know the number expects a tenth of the table.
    private static Task<ulong?> BlockAsync(SqlSession session, ulong upTo, int offset, CancellationToken cancellationToken) =>
        session.Prepare(string.Create(CultureInfo.InvariantCulture, $"{SelectBlocks} LIMIT 1 OFFSET {offset}"))
            .With(upTo).ReadFirstAsync<ulong?>(row => row.UInt64(0), cancellationToken);
}
