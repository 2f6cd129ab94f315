using Bundler.Storage;
using Bundler.Storage.Postgres;
using Bundler.Storage.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bundler.Testing;

/// <summary>An empty store of one kind for nodes of a test: what they are told of it, and the way into it for the test.</summary>
public sealed class NodeStore : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("bundler-store-");
    private readonly StorageKind _kind;

    private NodeStore(StorageKind kind) => _kind = kind;

    /// <summary>For the command line of a node.</summary>
    public IReadOnlyList<string> Arguments => _kind == StorageKind.Sqlite
        ? []
        : [$"--{StorageOptions.Section}:{nameof(StorageOptions.Kind)}=postgres", $"--{StorageOptions.Section}:{nameof(StorageOptions.ConnectionStringFile)}={File}"];

    private string File => Path.Combine(_folder.FullName, "connection");

    public static async Task<NodeStore> CreateAsync(StorageKind kind)
    {
        NodeStore store = new(kind);
        if (kind == StorageKind.Postgres)
        {
            await System.IO.File.WriteAllTextAsync(store.File, await (await PostgresCluster.SharedAsync()).CreatePlaceAsync());
        }

        return store;
    }

    /// <summary>A connection of the test's own, not opened yet; SQLite's file lies in the node's data directory.</summary>
    public SqlDatabase Connect(string dataDirectory)
    {
        StorageOptions options = new() { Kind = _kind, DataDirectory = dataDirectory, ConnectionStringFile = _kind == StorageKind.Postgres ? File : "" };
        return new SqlDatabase(_kind == StorageKind.Postgres ? new PostgresDialect(options) : new SqliteDialect(options), NullLogger<SqlDatabase>.Instance);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
