using Bundler.Signing.KeyServices.Rest;
using Google.Apis.Auth.OAuth2;
using Google.Apis.Auth.OAuth2.Responses;

namespace Bundler.Signing.GoogleKms;

/// <summary>Tokens of the application default credentials: a service account, workload identity, or the metadata server.</summary>
public sealed class GoogleAccessTokens : IAccessTokenSource
{
    private const string Scope = "https://www.googleapis.com/auth/cloudkms";

    private GoogleCredential? _credential;

    public async ValueTask<string> GetAsync(CancellationToken cancellationToken)
    {
        try
        {
            // Two first callers may both look for it; the one that stays keeps the tokens.
            _credential ??= (await GoogleCredential.GetApplicationDefaultAsync(cancellationToken)).CreateScoped(Scope);
            return await ((ITokenAccess)_credential).GetAccessTokenForRequestAsync(cancellationToken: cancellationToken);
        }
        catch (InvalidOperationException missing)
        {
            throw new AccessTokenException("there are no application default credentials", missing);
        }
        catch (TokenResponseException refused)
        {
            throw new AccessTokenException($"Google refused the credentials: {refused.Error?.Error}", refused);
        }
    }
}
