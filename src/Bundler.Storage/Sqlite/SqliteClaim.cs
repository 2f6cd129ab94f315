using Bundler.Engine;

namespace Bundler.Storage.Sqlite;

/// <summary>A data directory and the database in it. The first is quick to tell; the second holds even where names are taken away, or where there are several.</summary>
internal sealed class SqliteClaim : IStoreClaim
{
    private readonly DataDirectoryLock _directory;
    private readonly DatabaseFileLock _database;

    private SqliteClaim(DataDirectoryLock directory, DatabaseFileLock database)
    {
        _directory = directory;
        _database = database;
    }

    /// <exception cref="DataDirectoryInUseException">Another process holds it.</exception>
    /// <exception cref="StoreUnavailableException">The directory or the database cannot be made or written.</exception>
    public static SqliteClaim Take(string database)
    {
        DataDirectoryLock? directory = DataDirectoryLock.Take(Path.GetDirectoryName(database)!);
        try
        {
            SqliteClaim claim = new(directory, DatabaseFileLock.Take(database));
            directory = null;
            return claim;
        }
        finally
        {
            directory?.Dispose();
        }
    }

    public string? FindLoss() => _database.FindLoss();

    public void Dispose()
    {
        _database.Dispose();
        _directory.Dispose();
    }
}
