using System.Diagnostics;
using Bundler.Engine;
using Bundler.Storage;
using Bundler.Storage.Sqlite;
using Bundler.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bundler.Tests.Storage.Sqlite;

public sealed class DataDirectoryLockTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    [Test]
    public async Task A_second_database_on_the_same_directory_is_refused_until_the_first_is_closed()
    {
        await using SqliteTestDatabase home = new();
        await using SqlDatabase second = home.Connect();
        await using (SqlDatabase first = home.Connect())
        {
            await first.OpenAsync(default);

            Assert.That(
                async () => await second.OpenAsync(default),
                Throws.TypeOf<DataDirectoryInUseException>().With.Message.Contains(home.DataDirectory));
        }

        await second.OpenAsync(default);
    }

    [Test]
    public async Task A_lock_file_that_somebody_removed_lets_nobody_in()
    {
        await using SqliteTestDatabase home = new();
        await using SqlDatabase first = home.Connect();
        await first.OpenAsync(default);
        File.Delete(Path.Combine(home.DataDirectory, DataDirectoryLock.FileName));

        await RefusedAsync(home.DataDirectory);
    }

    [Test]
    public async Task A_directory_that_was_renamed_or_linked_is_the_same_directory()
    {
        await using SqliteTestDatabase home = new();
        await using SqlDatabase first = home.Connect();
        await first.OpenAsync(default);
        DirectoryInfo elsewhere = Directory.CreateTempSubdirectory("bundler-storage-");
        string moved = Path.Combine(elsewhere.FullName, "moved");
        string linked = Directory.CreateDirectory(Path.Combine(elsewhere.FullName, "linked")).FullName;
        File.CreateSymbolicLink(Path.Combine(linked, Path.GetFileName(first.Location)), first.Location);

        await RefusedAsync(linked);
        Directory.Move(home.DataDirectory, moved);
        File.Delete(Path.Combine(moved, DataDirectoryLock.FileName));
        await RefusedAsync(moved);

        Directory.Move(moved, home.DataDirectory);
        elsewhere.Delete(recursive: true);
    }

    [Test]
    public async Task A_database_in_use_can_be_copied()
    {
        await using SqliteTestDatabase home = new();
        await using SqlDatabase first = home.Connect();
        await first.OpenAsync(default);
        string copy = first.Location + ".copy";

        File.Copy(first.Location, copy);
        using FileStream read = new(first.Location, FileMode.Open, FileAccess.Read, FileShare.Read);

        Assert.That(read.Length, Is.EqualTo(new FileInfo(copy).Length).And.Positive);
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_database_that_is_no_longer_at_its_place_takes_no_writes_until_it_is_back(bool isReplaced)
    {
        await using SqliteTestDatabase home = new();
        await using SqlDatabase database = home.Connect();
        await database.OpenAsync(default);
        await database.TryWriteAsync(default);
        string away = database.Location + ".away";
        File.Move(database.Location, away);
        if (isReplaced)
        {
            File.Copy(away, database.Location);
        }

        ManualTimeProvider clock = new();
        using StorageWatch watch = new(database, NullLogger<StorageWatch>.Instance, clock);
        await watch.StartAsync(default);
        await Eventually.Async(
            () =>
            {
                clock.Advance(TimeSpan.FromSeconds(1));
                return database.Fault is not null;
            },
            Deadline,
            "it is noticed though nobody writes");
        Assert.That(database.Fault, Does.Contain(isReplaced ? "Another file stands in the place of" : "was moved or removed").And.Contain(database.Location));
        Assert.That(async () => await database.TryWriteAsync(default), Throws.TypeOf<StoreUnavailableException>());
        Assert.That(File.Exists(database.Location), Is.EqualTo(isReplaced), "none is made in its place");

        File.Move(away, database.Location, overwrite: true);
        await Eventually.Async(
            () =>
            {
                clock.Advance(TimeSpan.FromSeconds(1));
                return database.Fault is null;
            },
            Deadline,
            "it goes on by itself");
        await watch.StopAsync(default);
    }

    [Test]
    public async Task A_damaged_database_ends_the_start_in_words()
    {
        await using SqliteTestDatabase home = new();
        string location;
        await using (SqlDatabase database = home.Connect())
        {
            await database.OpenAsync(default);
            location = database.Location;
        }

        // The first page, with the schema, stays; what it points at is gone.
        byte[] image = await File.ReadAllBytesAsync(location);
        image.AsSpan(4_096).Fill(0x5a);
        await File.WriteAllBytesAsync(location, image);
        await using SqlDatabase again = home.Connect();

        Assert.That(async () => await again.OpenAsync(default), Throws.TypeOf<StoreUnavailableException>().With.Message.Contains("damaged").Or.Message.Contains("malformed"));
    }

    [Test]
    public async Task A_failed_opening_gives_the_directory_back()
    {
        await using SqliteTestDatabase home = new();
        await using SqlDatabase database = home.Connect();
        await File.WriteAllTextAsync(database.Location, new string('x', 10_000));
        Assert.That(async () => await database.OpenAsync(default), Throws.TypeOf<StoreUnavailableException>());
        File.Delete(database.Location);

        await using SqlDatabase other = home.Connect();
        await other.OpenAsync(default);
    }

    [Test]
    public async Task A_process_that_is_killed_leaves_no_lock()
    {
        await using SqliteTestDatabase home = new();
        DataDirectoryLock.Take(home.DataDirectory).Dispose();
        string file = Path.Combine(home.DataDirectory, DataDirectoryLock.FileName);
        using Process holder = Process.Start(new ProcessStartInfo("flock", ["--no-fork", file, "sleep", "120"]))!;
        try
        {
            await Eventually.Async(() => IsHeld(home.DataDirectory), Deadline, "the other process takes the lock");
        }
        finally
        {
            holder.Kill();
            await holder.WaitForExitAsync();
        }

        Assert.That(IsHeld(home.DataDirectory), Is.False);
    }

    [Test]
    public void A_directory_that_cannot_be_made_is_refused_in_words()
    {
        string file = Path.GetTempFileName();

        Assert.That(() => DataDirectoryLock.Take(Path.Combine(file, "data")), Throws.TypeOf<StoreUnavailableException>().With.Message.Contains(file));
        File.Delete(file);
    }

    private static async Task RefusedAsync(string directory)
    {
        await using SqlDatabase second = new(new SqliteDialect(new StorageOptions { DataDirectory = directory }), NullLogger<SqlDatabase>.Instance);
        Assert.That(async () => await second.OpenAsync(default), Throws.TypeOf<DataDirectoryInUseException>().With.Message.Contains(directory));
    }

    private static bool IsHeld(string directory)
    {
        try
        {
            DataDirectoryLock.Take(directory).Dispose();
            return false;
        }
        catch (DataDirectoryInUseException)
        {
            return true;
        }
    }
}
