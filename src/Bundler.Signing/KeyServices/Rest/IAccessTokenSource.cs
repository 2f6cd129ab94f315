namespace Bundler.Signing.KeyServices.Rest;

/// <summary>OAuth 2.0 bearer tokens from the environment's identity; the implementation remembers them until they expire.</summary>
public interface IAccessTokenSource
{
    /// <exception cref="AccessTokenException">No identity, or it was refused.</exception>
    ValueTask<string> GetAsync(CancellationToken cancellationToken);
}
