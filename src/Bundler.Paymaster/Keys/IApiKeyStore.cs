namespace Bundler.Paymaster.Keys;

/// <summary>The keys of callers, one list for all nodes on a store.</summary>
public interface IApiKeyStore
{
    /// <summary>Durable when it returns.</summary>
    Task AddAsync(ApiKey key, CancellationToken cancellationToken);

    /// <summary>All of them, revoked ones too, by when they were made.</summary>
    Task<IReadOnlyList<ApiKey>> ListAsync(CancellationToken cancellationToken);

    /// <summary>One by its id; <c>null</c>: there is none.</summary>
    Task<ApiKey?> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>From now on it is refused, everywhere. Revoking it again changes nothing.</summary>
    /// <returns>Whether there is such a key.</returns>
    Task<bool> RevokeAsync(string id, DateTimeOffset at, CancellationToken cancellationToken);
}
