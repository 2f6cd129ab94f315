using System.Collections.Concurrent;
using Bundler.Engine;

namespace Bundler.Paymaster.Keys;

/// <summary>
/// Who asks, by the key of the request in work. A key is remembered for a second at most, so a revocation holds everywhere after that; and a reservation asks the store
/// itself, so nothing is granted after it at all.
/// </summary>
/// <param name="store">The keys.</param>
/// <param name="policy">Whether a caller without a key is anybody.</param>
/// <param name="clock">Of expiry and remembering.</param>
public sealed class KeyDesk(IApiKeyStore store, KeyPolicy policy, TimeProvider clock)
{
    /// <summary>Keys that are remembered; when there are more, all are forgotten.</summary>
    private const int MostRemembered = 10_000;

    private static readonly TimeSpan _remembered = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, (ApiKey? Key, long At)> _known = new(StringComparer.Ordinal);
    private readonly ApiKeyRates _rates = new(clock);

    /// <summary>Who asks for something that needs a scope.</summary>
    /// <exception cref="StoreUnavailableException">Nobody knows.</exception>
    public async Task<KeyVerdict> AskAsync(ApiKeyScopes needed, CancellationToken cancellationToken)
    {
        PresentedKey presented = PresentedKey.Current ?? new PresentedKey(null, null, null);
        if (presented.Secret is not { } secret)
        {
            return policy.IsOpen ? KeyVerdict.Anybody : new KeyVerdict(null, ApiKeyRefusal.Missing);
        }

        ApiKey? key = await FindAsync(secret.Id, cancellationToken);
        ApiKeyRefusal? refusal = ApiKeyCheck.Refusal(key, presented, needed, clock.GetUtcNow());
        return refusal is not null ? new KeyVerdict(null, refusal)
            : _rates.Takes(key!) ? new KeyVerdict(key, null)
            : new KeyVerdict(null, ApiKeyRefusal.TooOften);
    }

    private async Task<ApiKey?> FindAsync(string id, CancellationToken cancellationToken)
    {
        if (_known.TryGetValue(id, out (ApiKey? Key, long At) known) && clock.GetElapsedTime(known.At) < _remembered)
        {
            return known.Key;
        }

        long askedAt = clock.GetTimestamp();
        ApiKey? key = await store.FindAsync(id, cancellationToken);
        if (_known.Count >= MostRemembered)
        {
            _known.Clear();
        }

        _known[id] = (key, askedAt);
        return key;
    }
}

/// <summary>Whether the methods that spend need a key at this node.</summary>
/// <param name="IsOpen">Nobody but this machine reaches the node, and its chain has no value.</param>
public sealed record KeyPolicy(bool IsOpen);

/// <summary>Who asks.</summary>
/// <param name="Key">The key; <c>null</c>: nobody by name, or refused.</param>
/// <param name="Refusal">Why not; <c>null</c>: go on.</param>
public sealed record KeyVerdict(ApiKey? Key, ApiKeyRefusal? Refusal)
{
    /// <summary>No key is needed.</summary>
    public static KeyVerdict Anybody { get; } = new(null, null);
}
