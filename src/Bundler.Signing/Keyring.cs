using Bundler.Ethereum.Crypto;

namespace Bundler.Signing;

/// <summary>The signers of this node in the order of the configuration; keys in memory are cleared with it.</summary>
public sealed class Keyring(IReadOnlyList<ISigner> signers) : IDisposable
{
    public IReadOnlyList<ISigner> Signers { get; } = signers;

    public void Dispose()
    {
        foreach (IDisposable local in Signers.OfType<IDisposable>())
        {
            local.Dispose();
        }
    }
}
