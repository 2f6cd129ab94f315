using Bundler.Testing.Kms;

namespace Bundler.Testing;

/// <summary>Everything that tests give to nodes and that no log may ever show.</summary>
public static class TestSecrets
{
    public const string Mnemonic = "test test test test test test test test test test test junk";

    public const string KeystorePassword = "correct horse battery";

    public const string UrlPassword = "hunter2-of-the-url";

    public const string UrlApiKey = "4f1c9a0e7d5b43c2a8f6-of-the-url";

    public const string HeaderToken = "bearer-9d2c6b7e-of-the-header";

    public const string AwsSecretKey = "wJalrXUtnFEMIbundlerK7MDENGbPxRfiCYkey";

    /// <summary>Without 0x, and to be found in either case.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        .. DevAccounts.All.Select(account => account.PrivateKey[2..]),
        "test test test",
        KeystorePassword,
        "testpassword",
        SoftHsm.Pin,
        AwsSecretKey,
        FakeGoogleKms.Token,
        FakeAzureKeyVault.Token,
        UrlPassword,
        UrlApiKey,
        HeaderToken,
    ];

    /// <summary>The secrets that stand in a text.</summary>
    public static IEnumerable<string> In(string text) => All.Where(secret => text.Contains(secret, StringComparison.OrdinalIgnoreCase));
}
