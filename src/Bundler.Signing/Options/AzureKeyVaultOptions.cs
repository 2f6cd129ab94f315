namespace Bundler.Signing;

/// <summary>A key of Azure Key Vault or Managed HSM; the identity is that of the environment.</summary>
public sealed class AzureKeyVaultOptions
{
    /// <summary>The key identifier, https://….vault.azure.net/keys/name, with or without a version.</summary>
    public string KeyId { get; set; } = "";

    /// <summary>The address that the key controls.</summary>
    public string Address { get; set; } = "";
}
