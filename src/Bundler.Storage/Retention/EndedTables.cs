using System.Globalization;

namespace Bundler.Storage.Retention;

/// <summary>
/// What is left of operations that ended long ago, until that is forgotten too. From there down the index is not complete any more, and says so by its first
/// block: below it a look-up searches the chain.
/// </summary>
internal static class EndedTables
{
    private const string SelectOlder = "SELECT 1 FROM ended_operations WHERE at < $1 LIMIT 1";

    public static async Task<bool> HasOlderAsync(SqlSession session, DateTimeOffset before, CancellationToken cancellationToken) =>
        await session.Prepare(SelectOlder).With(before).ReadFirstAsync<long?>(row => row.Int64(0), cancellationToken) is not null;

    public static async Task<int> ForgetAsync(SqlSession session, DateTimeOffset before, int rows, CancellationToken cancellationToken)
    {
        if (await session.Prepare($"SELECT MAX(block_number) FROM ({Oldest("block_number", rows)}) AS oldest").With(before)
            .ReadFirstAsync(row => row.UInt64OrNull(0), cancellationToken) is { } highest)
        {
            await IndexMarks.RaiseAsync(session, IndexMarks.FirstBlock, highest + 1, cancellationToken);
        }

        return await session.Prepare($"DELETE FROM ended_operations WHERE user_op_hash IN ({Oldest("user_op_hash", rows)})").With(before).ExecuteAsync(cancellationToken);
    }

    // The number is written out: a planner that does not know it expects a tenth of the table. The hash makes the order one that does not change.
    private static string Oldest(string column, int rows) => string.Create(
        CultureInfo.InvariantCulture, $"SELECT {column} FROM ended_operations WHERE at < $1 ORDER BY at, user_op_hash LIMIT {rows}");
}
