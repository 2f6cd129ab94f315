using System.Globalization;
using Bundler.Engine.Retention;

namespace Bundler.Storage.Sqlite;

/// <summary>
/// SQLite keeps no sizes. Rows are counted where they are few; where they are many, their numbers go up by one with each insert and the oldest are
/// deleted first, so the first and the last number tell. Bytes are those of the newest rows and of their places in the indexes, times the rows.
/// </summary>
internal static class SqliteSizes
{
    /// <summary>Rows that are few.</summary>
    private const int Few = 10_000;

    /// <summary>Rows whose lengths are looked at.</summary>
    private const int Sample = 100;

    // What a row or an entry takes besides its columns, and how full the pages of an index are whose entries come in no order.
    private const int EntryOverhead = 8;
    private const double IndexFill = 0.7;

    private const string SelectTables = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name";
    private const string SelectPages = "SELECT (SELECT page_count FROM pragma_page_count), (SELECT freelist_count FROM pragma_freelist_count), (SELECT page_size FROM pragma_page_size)";
    private const string SelectColumns = "SELECT name FROM pragma_table_info($1)";
    private const string SelectIndexed = "SELECT i.name FROM pragma_index_list($1) l, pragma_index_info(l.name) i WHERE l.partial = 0 AND i.name IS NOT NULL";
    private const string SelectIndexes = "SELECT COUNT(*) FROM pragma_index_list($1) WHERE partial = 0";

    public static async Task<StoreSizes> MeasureAsync(SqlSession session, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> names = await session.Prepare(SelectTables).ReadAllAsync(row => row.TextOrNull(0)!, cancellationToken);
        List<TableSize> tables = new(names.Count);
        foreach (string name in names)
        {
            long rows = await RowsAsync(session, name, cancellationToken);
            tables.Add(new TableSize(name, rows, rows == 0 ? 0 : (long)(rows * await BytesOfOneAsync(session, name, cancellationToken))));
        }

        (long pages, long free, long size) = await session.Prepare(SelectPages).ReadFirstAsync(row => (row.Int64(0), row.Int64(1), row.Int64(2)), cancellationToken);
        return new StoreSizes(pages * size, free * size, tables);
    }

    private static async Task<long> RowsAsync(SqlSession session, string table, CancellationToken cancellationToken)
    {
        // Each by itself: together they would be looked for in all rows.
        (long? first, long? last) = await session.Prepare($"SELECT (SELECT MIN(rowid) FROM {table}), (SELECT MAX(rowid) FROM {table})")
            .ReadFirstAsync(row => (row.Int64OrNull(0), row.Int64OrNull(1)), cancellationToken);
        if (first is null || last is null)
        {
            return 0;
        }

        long span = last.Value - first.Value + 1;
        return span > Few ? span : await session.Prepare($"SELECT COUNT(*) FROM {table}").ReadFirstAsync(row => row.Int64(0), cancellationToken);
    }

    private static async Task<double> BytesOfOneAsync(SqlSession session, string table, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> columns = await session.Prepare(SelectColumns).With(table).ReadAllAsync(row => row.TextOrNull(0)!, cancellationToken);
        IReadOnlyList<string> indexed = await session.Prepare(SelectIndexed).With(table).ReadAllAsync(row => row.TextOrNull(0)!, cancellationToken);
        long indexes = await session.Prepare(SelectIndexes).With(table).ReadFirstAsync(row => row.Int64(0), cancellationToken);
        return await MeanAsync(session, table, columns, cancellationToken) + EntryOverhead
            + (await MeanAsync(session, table, indexed, cancellationToken) + indexes * EntryOverhead) / IndexFill;
    }

    private static async Task<double> MeanAsync(SqlSession session, string table, IReadOnlyList<string> columns, CancellationToken cancellationToken)
    {
        if (columns.Count == 0)
        {
            return 0;
        }

        string lengths = string.Join(" + ", columns.Select(column => $"COALESCE(LENGTH({column}), 0)"));
        string sql = string.Create(
            CultureInfo.InvariantCulture, $"SELECT CAST(AVG(bytes) AS INTEGER) FROM (SELECT {lengths} AS bytes FROM {table} ORDER BY rowid DESC LIMIT {Sample})");
        return await session.Prepare(sql).ReadFirstAsync(row => row.Int64OrNull(0), cancellationToken) ?? 0;
    }
}
