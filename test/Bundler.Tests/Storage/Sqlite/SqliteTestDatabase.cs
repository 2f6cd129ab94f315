using Bundler.Storage;
using Bundler.Storage.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bundler.Tests.Storage.Sqlite;

/// <summary>A SQLite database in a temporary data directory of its own.</summary>
public sealed class SqliteTestDatabase : ITestDatabase
{
    public string DataDirectory { get; } = Directory.CreateTempSubdirectory("bundler-storage-").FullName;

    public SqlDatabase Connect() => new(Dialect(), NullLogger<SqlDatabase>.Instance);

    public Task<SqlDatabase> ConnectAsync(ulong? chainId = null) => Task.FromResult(new SqlDatabase(Dialect(), NullLogger<SqlDatabase>.Instance, chainId));

    public ValueTask DisposeAsync()
    {
        Directory.Delete(DataDirectory, recursive: true);
        return ValueTask.CompletedTask;
    }

    internal SqliteDialect Dialect() => new(new StorageOptions { DataDirectory = DataDirectory });
}
