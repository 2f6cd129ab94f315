using System.Data.Common;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;

namespace Bundler.Storage;

/// <summary>The numbered migrations of this build, embedded as <c>NNNN_name.sql</c>; applied in one transaction.</summary>
internal static partial class SqlSchema
{
    /// <summary>The line of a migration beside which the build before it goes on working.</summary>
    private const string BuildBefore = "-- The build before this migration may work beside it.";

    private static readonly Assembly Home = typeof(SqlSchema).Assembly;

    /// <summary>Resource names in the order of their numbers, which are 1, 2, 3 ….</summary>
    private static readonly string[] Migrations =
        [.. Home.GetManifestResourceNames().Where(name => name.EndsWith(".sql", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    /// <summary>The version this build writes.</summary>
    public static int Version => Migrations.Length;

    /// <summary>The version that was found, 0 for an empty database; it is <see cref="Version"/> afterwards, or a newer one when a build that has it is at work beside.</summary>
    /// <exception cref="StoreTooNewException">A newer build has written it, and this one cannot work beside that.</exception>
    /// <exception cref="StoreOfAnotherChainException">It is about another chain than <paramref name="chainId"/>.</exception>
    public static async Task<int> MigrateAsync(SqlSession session, IDialect dialect, ulong? chainId, CancellationToken cancellationToken)
    {
        await session.ExecuteOnceAsync(dialect.BeginMigration, cancellationToken);
        await session.ExecuteOnceAsync("CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL)", cancellationToken);
        long? stored = await session.Prepare("SELECT version FROM schema_version").ReadFirstAsync<long?>(row => row.Int64(0), cancellationToken);
        int found = checked((int)(stored ?? 0));
        if (found > Version && await LowestAsync(session, cancellationToken) > Version)
        {
            throw new StoreTooNewException(dialect.Location, found, Version);
        }

        if (found < Version)
        {
            await MigrateAsync(session, dialect, found, cancellationToken);
        }

        if (chainId is { } wanted)
        {
            await ClaimChainAsync(session, dialect, wanted, cancellationToken);
        }

        await session.ExecuteOnceAsync(SqlWriter.Commit, cancellationToken);
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

    private static async Task MigrateAsync(SqlSession session, IDialect dialect, int found, CancellationToken cancellationToken)
    {
        long lowest = 0;
        foreach ((int number, string migration) in Migrations.Index().Select(entry => (entry.Index + 1, entry.Item)))
        {
            string text = await TextAsync(migration, cancellationToken);
            lowest = text.Contains(BuildBefore, StringComparison.Ordinal) ? lowest : number;
            if (number > found)
            {
                await session.ExecuteOnceAsync(dialect.Translate(text), cancellationToken);
            }
        }

        await session.Prepare(found == 0 ? "INSERT INTO schema_version (version, compatible_with) VALUES ($1, $2)" : "UPDATE schema_version SET version = $1, compatible_with = $2")
            .With((long)Version).With(lowest)
            .ExecuteAsync(cancellationToken);
    }

    private static Task<long> LowestAsync(SqlSession session, CancellationToken cancellationToken) =>
        session.Prepare("SELECT compatible_with FROM schema_version").ReadFirstAsync(row => row.Int64(0), cancellationToken);

    private static async Task ClaimChainAsync(SqlSession session, IDialect dialect, ulong wanted, CancellationToken cancellationToken)
    {
        ulong? found = await session.Prepare("SELECT chain_id FROM store_chain").ReadFirstAsync<ulong?>(row => row.UInt64(0), cancellationToken);
        if (found is null)
        {
            await session.Prepare("INSERT INTO store_chain (chain_id) VALUES ($1)").With(wanted).ExecuteAsync(cancellationToken);
        }
        else if (found != wanted)
        {
            throw new StoreOfAnotherChainException(dialect.Location, found.Value, wanted);
        }
    }

    private static async Task<string> TextAsync(string migration, CancellationToken cancellationToken)
    {
        await using Stream stream = Home.GetManifestResourceStream(migration)!;
        using StreamReader reader = new(stream);
        return await reader.ReadToEndAsync(cancellationToken);
    }
}
