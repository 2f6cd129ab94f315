using Bundler.Engine.Pool;
using Bundler.Storage;

namespace Bundler.Tests.Storage.Sqlite;

/// <summary>What a caller has been told is on the disk: the files as a kill -9 or a power cut at that moment would leave them hold it.</summary>
public sealed class DurabilityTests
{
    private const int Writes = 60;
    private static readonly int[] CutPoints = [0, 1, 7, 30, Writes - 1];

    [Test]
    public async Task Every_acknowledged_write_is_in_the_files_at_once_and_survives_a_torn_end()
    {
        await using SqliteTestDatabase home = new();
        await using SqlDatabase database = home.Connect();
        await database.OpenAsync(default);
        SqlMempoolStore store = new(database);
        List<long> logLengths = [];
        for (int number = 0; number < Writes; number++)
        {
            await store.AddAsync(Stored.Operation(number), [], default);
            logLengths.Add(new FileInfo(database.Location + "-wal").Length);
        }

        foreach (int last in CutPoints)
        {
            await using SqliteTestDatabase crashed = await CrashAsync(database.Location, logLengths[last]);
            await using SqlDatabase restarted = crashed.Connect();
            await restarted.OpenAsync(default);
            IReadOnlyList<StoredOperation> found = await new SqlMempoolStore(restarted).LoadAsync(default);

            Assert.That(found, Is.EqualTo(Enumerable.Range(0, last + 1).Select(number => Stored.Operation(number))), $"cut after write {last}");
        }
    }

    [Test]
    public async Task Every_commit_is_synced_to_a_write_ahead_log()
    {
        await using SqliteTestDatabase home = new();
        await using SqlDatabase database = home.Connect();
        await database.OpenAsync(default);

        Assert.That(await PragmaAsync(database, "synchronous"), Is.EqualTo("2"), "FULL");
        Assert.That(await PragmaAsync(database, "journal_mode"), Is.EqualTo("wal"));
    }

    /// <summary>The files with the log cut at a length and half a page of noise after it, as a torn write leaves them.</summary>
    private static async Task<SqliteTestDatabase> CrashAsync(string location, long logLength)
    {
        SqliteTestDatabase crashed = new();
        string copy = Path.Combine(crashed.DataDirectory, Path.GetFileName(location));
        File.Copy(location, copy);
        byte[] log = await File.ReadAllBytesAsync(location + "-wal");
        byte[] noise = new byte[2000];
        new Random(1).NextBytes(noise);
        await File.WriteAllBytesAsync(copy + "-wal", [.. log.AsSpan(0, (int)logLength), .. noise]);
        return crashed;
    }

    private static Task<string?> PragmaAsync(SqlDatabase database, string name) =>
        database.WriteAsync((session, token) => session.Prepare($"PRAGMA {name}").ReadFirstAsync(row => row.TextOrNull(0), token), default);
}
