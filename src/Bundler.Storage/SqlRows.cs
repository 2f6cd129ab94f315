using System.Data.Common;
using Bundler.Ethereum.Primitives;

namespace Bundler.Storage;

/// <summary>Rows under a reader.</summary>
internal static class SqlRows
{
    /// <summary>Those that can be read; the others stay where they are, and are told.</summary>
    public static async Task<IReadOnlyList<T>> ReadAllAsync<T>(
        DbDataReader reader, string sql, Func<SqlRow, T> map, UnreadableRows unreadable, CancellationToken cancellationToken)
    {
        List<T> rows = [];
        int failed = 0;
        while (await reader.ReadAsync(cancellationToken))
        {
            if (TryMap(reader, map, out T? row))
            {
                rows.Add(row!);
            }
            else
            {
                failed++;
            }
        }

        unreadable.Tell(sql, failed);
        return rows;
    }

    public static bool TryMap<T>(DbDataReader reader, Func<SqlRow, T> map, out T? row)
    {
        try
        {
            row = map(new SqlRow(reader));
            return true;
        }
        catch (Exception fault) when (fault is ArgumentException or InvalidCastException or FormatException or InvalidOperationException or CodecException)
        {
            row = default;
            return false;
        }
    }
}
