using System.ComponentModel.DataAnnotations;

namespace Bundler.Signing;

/// <summary>Whose keys sign the bundles. Each key can have several bundles in flight; they are used in the order of this page.</summary>
public class SigningOptions
{
    public const string Section = "Bundler:Signing";

    /// <summary>A file of private keys in hex, one a line. Only its owner may read it.</summary>
    public string? KeyFile { get; set; }

    /// <summary>Allows keys in this process (key file, keystores, mnemonic) on chains that are not for development.</summary>
    public bool AllowLocalKey { get; set; }

    /// <summary>Any name → a keystore and the file with its password.</summary>
    public IDictionary<string, KeystoreOptions> Keystores { get; } = new Dictionary<string, KeystoreOptions>(StringComparer.OrdinalIgnoreCase);

    /// <summary>A file with a BIP-39 phrase. Only its owner may read it.</summary>
    public string? MnemonicFile { get; set; }

    /// <summary>A file with the passphrase of the phrase; empty: it has none.</summary>
    public string? MnemonicPassphraseFile { get; set; }

    /// <summary>The first i of m/44'/60'/0'/0/i.</summary>
    [Range(0, int.MaxValue - 1_000)]
    public int MnemonicFirstIndex { get; set; }

    /// <summary>How many keys of the phrase sign.</summary>
    [Range(1, 100)]
    public int MnemonicCount { get; set; } = 1;

    /// <summary>Any name → a key of AWS KMS.</summary>
    public IDictionary<string, AwsKmsOptions> AwsKms { get; } = new Dictionary<string, AwsKmsOptions>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Any name → a key of Google Cloud KMS.</summary>
    public IDictionary<string, GoogleKmsOptions> GoogleKms { get; } = new Dictionary<string, GoogleKmsOptions>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Any name → a key of Azure Key Vault or Managed HSM.</summary>
    public IDictionary<string, AzureKeyVaultOptions> AzureKeyVault { get; } = new Dictionary<string, AzureKeyVaultOptions>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Any name → a key in a PKCS#11 token.</summary>
    public IDictionary<string, Pkcs11Options> Pkcs11 { get; } = new Dictionary<string, Pkcs11Options>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Some key is in this process.</summary>
    public bool HasLocalKey => KeyFile is { Length: > 0 } || Keystores.Count > 0 || MnemonicFile is { Length: > 0 };
}
