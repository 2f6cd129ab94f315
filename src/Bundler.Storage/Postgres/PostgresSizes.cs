using Bundler.Engine.Retention;

namespace Bundler.Storage.Postgres;

/// <summary>What the server knows of its tables: rows as of its last look at each, bytes by the lengths of the files.</summary>
internal static class PostgresSizes
{
    private const string SelectTables =
        """
        SELECT c.relname::TEXT, CASE WHEN c.reltuples < 0 THEN pg_stat_get_live_tuples(c.oid) ELSE c.reltuples::BIGINT END, pg_total_relation_size(c.oid)
        FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace ORDER BY c.relname
        """;

    private const string SelectTotal = "SELECT pg_database_size(current_database())";

    public static async Task<StoreSizes> MeasureAsync(SqlSession session, CancellationToken cancellationToken)
    {
        IReadOnlyList<TableSize> tables = await session.Prepare(SelectTables)
            .ReadAllAsync(row => new TableSize(row.TextOrNull(0)!, row.Int64(1), row.Int64(2)), cancellationToken);
        return new StoreSizes(await session.Prepare(SelectTotal).ReadFirstAsync(row => row.Int64(0), cancellationToken), null, tables);
    }
}
