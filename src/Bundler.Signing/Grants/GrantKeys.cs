namespace Bundler.Signing.Grants;

/// <summary>Where keys for grants may lie.</summary>
public static class GrantKeys
{
    /// <summary>
    /// S0-17: what keeps these keys from signing grants on a chain whose funds are worth something. No flag allows a key that anybody who reads a file has; a keystore's password is at
    /// least in another file.
    /// </summary>
    public static IEnumerable<string> FaultsInProduction(SigningOptions options)
    {
        if (options.KeyFile is { Length: > 0 })
        {
            yield return "A key for grants in a plain key file does not sign on this chain: use a KMS or HSM.";
        }

        if (options.MnemonicFile is { Length: > 0 })
        {
            yield return "A key for grants from a phrase in a plain file does not sign on this chain: use a KMS or HSM.";
        }

        if (options.Keystores.Count > 0 && !options.AllowLocalKey)
        {
            yield return "A key for grants in this process (keystore) does not sign on this chain: use a KMS or HSM, or allow it with AllowLocalKey.";
        }
    }
}
