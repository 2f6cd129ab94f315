using System.Globalization;
using Bundler.Ethereum.Primitives;

namespace Bundler.Storage.Retention;

/// <summary>
/// Last words of operations that no block includes, and of those that the mempool was emptied of. There is no index by time: each word of an operation in its
/// life would have to be sorted into it. They are looked through in the order of their hashes, without a lock, and what is old is moved.
/// </summary>
internal static class StatusesMove
{
    /// <summary>Rows that are looked at for one that may be moved.</summary>
    private const int LookedAt = 10;

    private const string IsOld =
        """
        s.user_op_hash > $1 AND s.user_op_hash <= $2 AND s.at < $3
            AND NOT EXISTS (SELECT 1 FROM mempool m WHERE m.user_op_hash = s.user_op_hash)
            AND NOT EXISTS (SELECT 1 FROM included_operations o WHERE o.user_op_hash = s.user_op_hash)
        """;

    private const string SelectPage = "SELECT user_op_hash FROM operation_statuses WHERE user_op_hash > $1 ORDER BY user_op_hash LIMIT 1 OFFSET ";
    private const string SelectOld = $"SELECT s.user_op_hash FROM operation_statuses s WHERE {IsOld} ORDER BY s.user_op_hash LIMIT ";

    private const string CopyEnds =
        $"""
        INSERT INTO ended_operations (user_op_hash, state, transaction_hash, block_number, reason, at)
        SELECT s.user_op_hash, s.state, s.transaction_hash, NULL, s.reason, s.at FROM operation_statuses s WHERE {IsOld}
        ON CONFLICT (user_op_hash) DO UPDATE SET
            state = excluded.state, transaction_hash = excluded.transaction_hash, block_number = excluded.block_number, reason = excluded.reason, at = excluded.at
        """;

    private const string DeleteOld =
        $"DELETE FROM operation_statuses WHERE user_op_hash IN (SELECT s.user_op_hash FROM operation_statuses s WHERE {IsOld})";

    private static readonly Hash32 _last = new(Enumerable.Repeat(byte.MaxValue, Hash32.Size).ToArray());

    /// <summary>The next hashes, no more of them old than <paramref name="rows"/>.</summary>
    public static async Task<StatusRange> FindRangeAsync(SqlSession session, Hash32 after, DateTimeOffset before, int rows, CancellationToken cancellationToken)
    {
        string page = string.Create(CultureInfo.InvariantCulture, $"{SelectPage}{rows * LookedAt - 1}");
        Hash32? end = await session.Prepare(page).With(after).ReadFirstAsync<Hash32?>(row => row.Hash(0), cancellationToken);
        string select = string.Create(CultureInfo.InvariantCulture, $"{SelectOld}{rows}");
        IReadOnlyList<Hash32> old = await session.Prepare(select).With(after).With(end ?? _last).With(before).ReadAllAsync(row => row.Hash(0), cancellationToken);
        return old.Count == rows
            ? new StatusRange(after, old[^1], before, old.Count, IsLast: false)
            : new StatusRange(after, end ?? _last, before, old.Count, IsLast: end is null);
    }

    public static async Task<int> RunAsync(SqlSession session, StatusRange range, CancellationToken cancellationToken)
    {
        await session.Prepare(CopyEnds).With(range.After).With(range.To).With(range.Before).ExecuteAsync(cancellationToken);
        return await session.Prepare(DeleteOld).With(range.After).With(range.To).With(range.Before).ExecuteAsync(cancellationToken);
    }
}

/// <summary>Statuses between two hashes, the second included.</summary>
internal sealed record StatusRange(Hash32 After, Hash32 To, DateTimeOffset Before, int Rows, bool IsLast);
