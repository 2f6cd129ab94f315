using System.Net;

namespace Bundler.Paymaster.Keys;

/// <summary>Whether a key does for a request; pure.</summary>
public static class ApiKeyCheck
{
    /// <summary>The first reason why it does not; <c>null</c>: it does. Whoever does not have the secret learns nothing of the key.</summary>
    public static ApiKeyRefusal? Refusal(ApiKey? key, PresentedKey presented, ApiKeyScopes needed, DateTimeOffset now) =>
        presented.Secret is not { } secret ? ApiKeyRefusal.Missing
        : key is null || !secret.Matches(key.Hash) ? ApiKeyRefusal.Unknown
        : key.RevokedAt is not null ? ApiKeyRefusal.Revoked
        : key.ExpiresAt <= now ? ApiKeyRefusal.Expired
        : !key.Scopes.HasFlag(needed) ? ApiKeyRefusal.OutOfScope
        : key.Origins.Count > 0 && !key.Origins.Contains(presented.Origin, StringComparer.OrdinalIgnoreCase) ? ApiKeyRefusal.ForeignOrigin
        : key.Networks.Count > 0 && !Contains(key.Networks, presented.Address) ? ApiKeyRefusal.ForeignNetwork
        : null;

    private static bool Contains(IReadOnlyList<IPNetwork> networks, IPAddress? address)
    {
        IPAddress? plain = address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;
        return plain is not null && networks.Any(network => network.Contains(plain));
    }
}
