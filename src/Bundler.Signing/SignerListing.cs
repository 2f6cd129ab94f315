using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;
using Bundler.Signing.KeyServices;
using Bundler.Signing.LocalKey;
using Microsoft.Extensions.Logging;

namespace Bundler.Signing;

/// <summary>
/// Every configured key with its address, as its file or its service says: how operators learn what to write under Address, and whom to
/// fund. Needs no Ethereum node.
/// </summary>
public static class SignerListing
{
    /// <summary>What is wrong before any key can be listed: one sentence for each finding.</summary>
    public static IReadOnlyList<string> Faults(SigningOptions options) => [.. SigningOptionsRules.Find(options, needsAddresses: false)];

    /// <exception cref="KeyFileException">A file with a key, a password or a PIN cannot be used.</exception>
    public static async Task<IReadOnlyList<ListedSigner>> ReadAsync(
        SigningOptions options, SignerSurroundings surroundings, CancellationToken cancellationToken)
    {
        List<ListedSigner> listed = [];
        using (Keyring local = new([.. SignerCatalog.OpenLocal(options)]))
        {
            listed.AddRange(local.Entries.Select(entry => new ListedSigner(entry.Name, entry.Signer.Address, null, IsFault: false)));
        }

        foreach (ConfiguredService key in SignerCatalog.OpenKeyServices(options))
        {
            using PatientKeyService service = new(key.Service, surroundings.Policy, surroundings.Clock, surroundings.Logs.CreateLogger<PatientKeyService>());
            listed.Add(await AskAsync(key, service, cancellationToken));
        }

        return listed;
    }

    private static async Task<ListedSigner> AskAsync(ConfiguredService key, PatientKeyService service, CancellationToken cancellationToken)
    {
        try
        {
            Address actual = await service.ReadAddressAsync(cancellationToken);
            return key.Address.Length == 0 ? new ListedSigner(key.Name, actual, $"not pinned yet: write it to {SigningOptions.Section}:{key.Name}:Address", IsFault: false)
                : Address.Parse(key.Address) == actual ? new ListedSigner(key.Name, actual, null, IsFault: false)
                : new ListedSigner(key.Name, actual, $"the configuration says {key.Address}", IsFault: true);
        }
        catch (SignerUnavailableException fault)
        {
            return new ListedSigner(key.Name, null, $"{fault.Fault}: {fault.Reason}", IsFault: true);
        }
    }
}

/// <summary>A configured key: its place in the configuration, its address unless its service did not tell, and what to say of it.</summary>
public sealed record ListedSigner(string Name, Address? Address, string? Remark, bool IsFault);
