using Bundler.Ethereum.Crypto;

namespace Bundler.Signing;

/// <summary>The signers of this node in the order of the configuration; keys in memory are cleared with it.</summary>
public sealed class Keyring(IReadOnlyList<NamedSigner> entries) : IDisposable
{
    public IReadOnlyList<NamedSigner> Entries { get; } = entries;

    public IReadOnlyList<ISigner> Signers { get; } = [.. entries.Select(entry => entry.Signer)];

    public void Dispose()
    {
        foreach (IDisposable local in Signers.OfType<IDisposable>())
        {
            local.Dispose();
        }
    }
}
