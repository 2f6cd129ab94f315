using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;
using Bundler.Signing.AwsKms;
using Bundler.Signing.AzureKeyVault;
using Bundler.Signing.GoogleKms;
using Bundler.Signing.KeyServices;
using Bundler.Signing.Keystore;
using Bundler.Signing.LocalKey;
using Bundler.Signing.Mnemonic;
using Bundler.Signing.Pkcs11;
using Microsoft.Extensions.Logging;

namespace Bundler.Signing;

/// <summary>The kinds of signers: what the configuration names is opened here, in this order. The one list.</summary>
public static class SignerCatalog
{
    /// <summary>Kinds whose key is in this process: for development, or by the explicit flag.</summary>
    private static readonly IReadOnlyList<Func<SigningOptions, IEnumerable<(string Name, PrivateKey Key)>>> LocalKinds =
    [
        options => options.KeyFile is { Length: > 0 } path ? KeyFile.Read(path).Select((key, i) => ($"KeyFile:{i + 1}", key)) : [],
        options => options.Keystores.Select(entry => ($"Keystores:{entry.Key}", KeystoreFile.Read(entry.Value.File, entry.Value.PasswordFile))),
        options => options.MnemonicFile is { Length: > 0 } path
            ? MnemonicKeys.Read(path, options.MnemonicPassphraseFile, (uint)options.MnemonicFirstIndex, options.MnemonicCount)
                .Select((key, i) => ($"Mnemonic:{options.MnemonicFirstIndex + i}", key))
            : [],
    ];

    /// <summary>Kinds whose key never leaves its vault.</summary>
    private static readonly IReadOnlyList<Func<SigningOptions, IEnumerable<ConfiguredService>>> ServiceKinds =
    [
        options => options.AwsKms.Select(entry => new ConfiguredService($"AwsKms:{entry.Key}", Open(entry.Value), entry.Value.Address)),
        options => options.GoogleKms.Select(entry => new ConfiguredService($"GoogleKms:{entry.Key}", Open(entry.Value), entry.Value.Address)),
        options => options.AzureKeyVault.Select(entry => new ConfiguredService($"AzureKeyVault:{entry.Key}", Open(entry.Value), entry.Value.Address)),
        options => options.Pkcs11.Select(entry => new ConfiguredService($"Pkcs11:{entry.Key}", Open(entry.Value), entry.Value.Address)),
    ];

    /// <summary>Every configured signer; an address that is configured twice signs once. Asks no service: that is what a probe is for.</summary>
    /// <exception cref="KeyFileException">A file with a key, a password or a PIN cannot be used.</exception>
    public static Keyring Open(SigningOptions options, SignerSurroundings surroundings)
    {
        List<NamedSigner> signers = [];
        bool isComplete = false;
        try
        {
            foreach (NamedSigner signer in OpenLocal(options).Concat(OpenServices(options, surroundings)))
            {
                Add(signers, signer);
            }

            isComplete = true;
            return new Keyring(signers);
        }
        finally
        {
            if (!isComplete)
            {
                new Keyring(signers).Dispose();
            }
        }
    }

    /// <summary>The signers with a key in this process alone.</summary>
    /// <exception cref="KeyFileException">A file with a key or a password cannot be used.</exception>
    internal static IEnumerable<NamedSigner> OpenLocal(SigningOptions options) =>
        LocalKinds.SelectMany(open => open(options)).Select(key => new NamedSigner(key.Name, new LocalKeySigner(key.Key)));

    /// <summary>The configured keys behind a service, to ask them for their addresses; the caller disposes those that can be disposed.</summary>
    /// <exception cref="KeyFileException">A file with a PIN cannot be used.</exception>
    internal static IEnumerable<ConfiguredService> OpenKeyServices(SigningOptions options) => ServiceKinds.SelectMany(open => open(options));

    private static IEnumerable<NamedSigner> OpenServices(SigningOptions options, SignerSurroundings surroundings) =>
        OpenKeyServices(options).Select(key => new NamedSigner(key.Name, new KeyServiceSigner(
            key.Service, Address.Parse(key.Address), surroundings.Policy, surroundings.Clock, surroundings.Logs.CreateLogger<KeyServiceSigner>())));

    private static IKeyService Open(AwsKmsOptions options) => AwsKmsKey.Open(options.KeyId, Given(options.Region), Endpoint(options.Endpoint));

    private static IKeyService Open(GoogleKmsOptions options) => new GoogleKmsKey(options.KeyVersion, Endpoint(options.Endpoint), new GoogleAccessTokens());

    private static IKeyService Open(AzureKeyVaultOptions options)
    {
        Uri keyId = new(options.KeyId);
        return new AzureKeyVaultKey(keyId, new AzureAccessTokens(keyId));
    }

    private static IKeyService Open(Pkcs11Options options)
    {
        Pkcs11KeyName name = new(
            options.Module, options.Token, Given(options.Label), Given(options.Id) is { } id ? Bytes.Parse(id) : null);
        return new Pkcs11Key(name, SecretFile.ReadLine(options.PinFile, "PIN file"));
    }

    private static string? Given(string? text) => text is null or "" ? null : text;

    private static Uri? Endpoint(string? text) => Given(text) is { } url ? new Uri(url) : null;

    private static void Add(List<NamedSigner> signers, NamedSigner signer)
    {
        if (signers.TrueForAll(known => known.Signer.Address != signer.Signer.Address))
        {
            signers.Add(signer);
        }
        else if (signer.Signer is IDisposable twin)
        {
            twin.Dispose();
        }
    }
}

/// <summary>A key behind a service as the configuration names it; the address is not read yet, and empty while nobody knows it.</summary>
internal sealed record ConfiguredService(string Name, IKeyService Service, string Address);
