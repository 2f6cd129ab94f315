using Azure.Core;
using Azure.Identity;
using Bundler.Signing.KeyServices.Rest;

namespace Bundler.Signing.AzureKeyVault;

/// <summary>Tokens of the environment's Azure identity: workload identity, managed identity, or a service principal in the environment.</summary>
public sealed class AzureAccessTokens : IAccessTokenSource
{
    private readonly TokenCredential _credential = new DefaultAzureCredential();
    private readonly TokenRequestContext _scope;

    /// <summary>Tokens for the cloud and the product (vault or managed HSM) that the key's host belongs to.</summary>
    public AzureAccessTokens(Uri keyId) => _scope = new TokenRequestContext([ScopeOf(keyId)]);

    /// <exception cref="AccessTokenException">No identity, or it was refused.</exception>
    public async ValueTask<string> GetAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await _credential.GetTokenAsync(_scope, cancellationToken)).Token;
        }
        catch (AuthenticationFailedException refused)
        {
            throw new AccessTokenException("there is no Azure identity in this environment, or it was refused", refused);
        }
    }

    // name.vault.azure.net → vault.azure.net: the resource that the service accepts tokens for.
    internal static string ScopeOf(Uri keyId) => $"https://{keyId.Host[(keyId.Host.IndexOf('.') + 1)..]}/.default";
}
