using Microsoft.Extensions.Logging;

namespace Bundler.Storage;

/// <summary>
/// Rows whose columns hold what this node never wrote there. They are left where they are; whoever reads goes on without them. Told when
/// a read meets more of a table than any read before it.
/// </summary>
internal sealed class UnreadableRows(string location, ILogger logger)
{
    private const string From = "FROM ";

    private readonly Lock _lock = new();

    // Bounded by the tables of the schema.
    private readonly SortedDictionary<string, int> _most = new(StringComparer.Ordinal);
    private volatile string? _summary;

    /// <summary>How many of which table, in words; <c>null</c> when all that was read could be.</summary>
    public string? Summary => _summary;

    /// <summary>A statement met rows that cannot be read.</summary>
    public void Tell(string sql, int rows)
    {
        if (rows == 0)
        {
            return;
        }

        string table = TableOf(sql);
        lock (_lock)
        {
            if (_most.GetValueOrDefault(table) >= rows)
            {
                return;
            }

            _most[table] = rows;
            _summary = string.Join(", ", _most.Select(pair => $"{pair.Value} of {pair.Key}"));
        }

        logger.RowsUnreadable(rows, table, location);
    }

    /// <summary>The table of the outermost SELECT: a subselect stands among its columns.</summary>
    private static string TableOf(string sql)
    {
        string rest = sql[(sql.LastIndexOf(From, StringComparison.Ordinal) + From.Length)..];
        int end = rest.AsSpan().IndexOfAny(' ', '\n', '\r');
        return end < 0 ? rest : rest[..end];
    }
}
