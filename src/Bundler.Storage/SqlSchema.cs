using System.Data.Common;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;

namespace Bundler.Storage;

/// <summary>The numbered migrations of this build, embedded as <c>NNNN_name.sql</c>; applied in one transaction.</summary>
internal static partial class SqlSchema
{
    private static readonly Assembly Home = typeof(SqlSchema).Assembly;

    /// <summary>Resource names in the order of their numbers, which are 1, 2, 3 ….</summary>
    private static readonly string[] Migrations =
        [.. Home.GetManifestResourceNames().Where(name => name.EndsWith(".sql", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    /// <summary>The version this build writes.</summary>
    public static int Version => Migrations.Length;

    /// <summary>The version that was found, 0 for an empty database; it is <see cref="Version"/> afterwards.</summary>
    /// <exception cref="StoreTooNewException">A newer build has written it.</exception>
    public static async Task<int> MigrateAsync(SqlSession session, IDialect dialect, CancellationToken cancellationToken)
    {
        await session.ExecuteOnceAsync(dialect.BeginMigration, cancellationToken);
        await session.ExecuteOnceAsync("CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL)", cancellationToken);
        long? stored = await session.Prepare("SELECT version FROM schema_version").ReadFirstAsync<long?>(row => row.Int64(0), cancellationToken);
        int found = checked((int)(stored ?? 0));
        if (found > Version)
        {
            throw new StoreTooNewException(dialect.Location, found, Version);
        }

        foreach (string migration in Migrations.Skip(found))
        {
            await session.ExecuteOnceAsync(dialect.Translate(await TextAsync(migration, cancellationToken)), cancellationToken);
        }

        await session.Prepare(stored is null ? "INSERT INTO schema_version (version) VALUES ($1)" : "UPDATE schema_version SET version = $1")
            .With((long)Version)
            .ExecuteAsync(cancellationToken);
        await session.ExecuteOnceAsync("COMMIT", cancellationToken);
        return found;
    }

    /// <summary>A table of the schema that is not there, in words; <c>null</c> when all are.</summary>
    public static async Task<string?> FindGapAsync(SqlSession session, CancellationToken cancellationToken)
    {
        foreach (string migration in Migrations)
        {
            foreach (Match created in TableName().Matches(await TextAsync(migration, cancellationToken)))
            {
                string table = created.Groups[1].Value;
                try
                {
                    await session.ExecuteOnceAsync($"SELECT 1 FROM {table} WHERE 1 = 0", cancellationToken);
                }
                catch (DbException fault)
                {
                    return $"its table {table} is missing ({fault.Message})";
                }
            }
        }

        return null;
    }

    /// <summary>The number in a migration's name.</summary>
    internal static IEnumerable<int> Numbers() => Migrations.Select(name => int.Parse(name.AsSpan(0, 4), CultureInfo.InvariantCulture));

    [GeneratedRegex(@"CREATE TABLE (\w+)")]
    private static partial Regex TableName();

    private static async Task<string> TextAsync(string migration, CancellationToken cancellationToken)
    {
        await using Stream stream = Home.GetManifestResourceStream(migration)!;
        using StreamReader reader = new(stream);
        return await reader.ReadToEndAsync(cancellationToken);
    }
}
