using Bundler.Storage;
using Bundler.Storage.Postgres;
using Bundler.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bundler.Tests.Storage.Postgres;

/// <summary>A place of its own in the PostgreSQL of this run, which takes it away with itself.</summary>
public sealed class PostgresTestDatabase : ITestDatabase
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("bundler-storage-");

    public async Task<SqlDatabase> ConnectAsync(ulong? chainId = null) =>
        new(new PostgresDialect(await OptionsAsync()), NullLogger<SqlDatabase>.Instance, chainId);

    public ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    internal async Task<StorageOptions> OptionsAsync()
    {
        string file = Path.Combine(_folder.FullName, "connection");
        if (!File.Exists(file))
        {
            await File.WriteAllTextAsync(file, await (await PostgresCluster.SharedAsync()).CreatePlaceAsync());
        }

        return new StorageOptions { Kind = StorageKind.Postgres, ConnectionStringFile = file };
    }
}
