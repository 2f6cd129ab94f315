using System.Diagnostics;
using Bundler.Engine;
using Bundler.Storage;
using Bundler.Storage.Sqlite;
using Bundler.Testing;

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
