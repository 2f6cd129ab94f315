namespace Bundler.Signing;

/// <summary>A keystore (Web3 version 3, or our own with Argon2id) and the file with its password; only their owner may read them.</summary>
public sealed class KeystoreOptions
{
    public string File { get; set; } = "";

    public string PasswordFile { get; set; } = "";
}
