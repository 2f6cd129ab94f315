using Bundler.Storage;

namespace Bundler.Tests.Storage;

/// <summary>A database of one kind, empty at first, to which the store contracts are bound; disposing it removes it.</summary>
public interface ITestDatabase : IAsyncDisposable
{
    /// <summary>A connection to it, not opened yet.</summary>
    Task<SqlDatabase> ConnectAsync(ulong? chainId = null);
}
