using Bundler.Signing.KeyServices.Rest;

namespace Bundler.Testing.Kms;

/// <summary>An identity that always has the same token; null stands for no identity.</summary>
public sealed class FixedToken(string? token) : IAccessTokenSource
{
    public ValueTask<string> GetAsync(CancellationToken cancellationToken) => token is null
        ? throw new AccessTokenException("there is no identity in this test", new InvalidOperationException())
        : ValueTask.FromResult(token);
}
