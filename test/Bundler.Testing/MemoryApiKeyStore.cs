using System.Collections.Concurrent;
using Bundler.Paymaster.Keys;

namespace Bundler.Testing;

/// <summary>Keys in memory; counts how often it was asked.</summary>
public sealed class MemoryApiKeyStore : IApiKeyStore
{
    private readonly ConcurrentDictionary<string, ApiKey> _keys = new();

    public int Finds { get; private set; }

    public void Add(ApiKey key) => _keys[key.Id] = key;

    public Task AddAsync(ApiKey key, CancellationToken cancellationToken)
    {
        Add(key);
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<ApiKey>> ListAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<ApiKey>>([.. _keys.Values.OrderBy(key => key.CreatedAt)]);

    public Task<ApiKey?> FindAsync(string id, CancellationToken cancellationToken)
    {
        Finds++;
        return Task.FromResult(_keys.GetValueOrDefault(id));
    }

    public Task<bool> RevokeAsync(string id, DateTimeOffset at, CancellationToken cancellationToken)
    {
        if (!_keys.TryGetValue(id, out ApiKey? key))
        {
            return Task.FromResult(false);
        }

        _keys[id] = key with { RevokedAt = key.RevokedAt ?? at };
        return Task.FromResult(true);
    }
}
