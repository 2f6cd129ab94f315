using System.Text.RegularExpressions;
using Bundler.Ethereum.Primitives;

namespace Bundler.Signing;

/// <summary>What is wrong with the keys of a configuration, without opening any: one sentence for each finding.</summary>
internal static partial class SigningOptionsRules
{
    /// <param name="options">Which keys sign.</param>
    /// <param name="needsAddresses">False while the addresses of keys behind services are only to be found out.</param>
    public static IEnumerable<string> Find(SigningOptions options, bool needsAddresses = true) =>
    [
        .. options.Keystores.SelectMany(entry => Of("Keystores", entry.Key, Find(entry.Value))),
        .. options.AwsKms.SelectMany(entry => Of("AwsKms", entry.Key, [.. Find(entry.Value), IsAddress(entry.Value.Address, needsAddresses)])),
        .. options.GoogleKms.SelectMany(entry => Of("GoogleKms", entry.Key, [.. Find(entry.Value), IsAddress(entry.Value.Address, needsAddresses)])),
        .. options.AzureKeyVault.SelectMany(entry => Of("AzureKeyVault", entry.Key, [.. Find(entry.Value), IsAddress(entry.Value.Address, needsAddresses)])),
        .. options.Pkcs11.SelectMany(entry => Of("Pkcs11", entry.Key, [.. Find(entry.Value), IsAddress(entry.Value.Address, needsAddresses)])),
    ];

    private static IEnumerable<string> Of(string kind, string name, IEnumerable<string?> faults) =>
        faults.OfType<string>().Select(fault => $"{kind}:{name}:{fault}");

    private static IEnumerable<string?> Find(KeystoreOptions options) =>
        [Given("File", options.File), Given("PasswordFile", options.PasswordFile)];

    private static IEnumerable<string?> Find(AwsKmsOptions options) =>
        [Given("KeyId", options.KeyId), IsEndpoint(options.Endpoint)];

    private static IEnumerable<string?> Find(GoogleKmsOptions options) =>
    [
        GoogleKeyVersion().IsMatch(options.KeyVersion)
            ? null
            : "KeyVersion must be projects/…/locations/…/keyRings/…/cryptoKeys/…/cryptoKeyVersions/…",
        IsEndpoint(options.Endpoint),
    ];

    private static IEnumerable<string?> Find(AzureKeyVaultOptions options) =>
    [
        Uri.TryCreate(options.KeyId, UriKind.Absolute, out Uri? uri) && IsSafe(uri) && uri.AbsolutePath.StartsWith("/keys/", StringComparison.Ordinal)
            ? null
            : "KeyId must be a key identifier, https://….vault.azure.net/keys/name",
    ];

    private static IEnumerable<string?> Find(Pkcs11Options options) =>
    [
        Given("Module", options.Module),
        Given("Token", options.Token),
        Given("PinFile", options.PinFile),
        options.Label is { Length: > 0 } || options.Id is { Length: > 0 } ? null : "Label or Id is missing: one of them names the key",
        options.Id is null or "" || HexId().IsMatch(options.Id) ? null : "Id must be hex with 0x and two digits for each byte",
    ];

    private static string? Given(string name, string? value) => string.IsNullOrWhiteSpace(value) ? $"{name} is missing" : null;

    private static string? IsAddress(string text, bool isNeeded)
    {
        if (text.Length == 0 && !isNeeded)
        {
            return null;
        }

        try
        {
            Address.ParseChecksummed(text);
            return null;
        }
        catch (CodecException fault)
        {
            return $"Address must be the address that the key controls: {fault.Message}";
        }
    }

    private static string? IsEndpoint(string? text) =>
        text is null or "" || (Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) && IsSafe(uri)) ? null : "Endpoint must be an https URL";

    // Tokens travel to it: without TLS only to this machine.
    private static bool IsSafe(Uri uri) =>
        uri.UserInfo.Length == 0 && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback));

    [GeneratedRegex("^projects/[^/]+/locations/[^/]+/keyRings/[^/]+/cryptoKeys/[^/]+/cryptoKeyVersions/[0-9]+$")]
    private static partial Regex GoogleKeyVersion();

    [GeneratedRegex("^0x([0-9a-fA-F]{2})+$")]
    private static partial Regex HexId();
}
