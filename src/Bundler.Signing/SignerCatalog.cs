using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;
using Bundler.Signing.LocalKey;

namespace Bundler.Signing;

/// <summary>The kinds of signers: what the configuration names is opened here, in this order. The one list.</summary>
public static class SignerCatalog
{
    private static readonly IReadOnlyList<Func<SigningOptions, IEnumerable<ISigner>>> Kinds =
    [
        options => options.KeyFile is { Length: > 0 } path ? KeyFile.Read(path).Select(key => new LocalKeySigner(key)) : [],
    ];

    /// <summary>Every configured signer; an address that is configured twice signs once.</summary>
    /// <exception cref="KeyFileException">A key file cannot be used.</exception>
    public static Keyring Open(SigningOptions options)
    {
        List<ISigner> signers = [];
        HashSet<Address> known = [];
        foreach (ISigner signer in Kinds.SelectMany(open => open(options)))
        {
            if (known.Add(signer.Address))
            {
                signers.Add(signer);
            }
            else if (signer is IDisposable twin)
            {
                twin.Dispose();
            }
        }

        return new Keyring(signers);
    }
}
