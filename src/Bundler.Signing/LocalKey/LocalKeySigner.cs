using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;

namespace Bundler.Signing.LocalKey;

/// <summary>A private key in this process as a signer; clears the key when disposed.</summary>
public sealed class LocalKeySigner(PrivateKey key) : ISigner, IDisposable
{
    public Address Address => key.Address;

    public ValueTask<Signature> SignAsync(Hash32 digest, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(key.Sign(digest));
    }

    public void Dispose() => key.Dispose();

    /// <summary>The address, never the secret.</summary>
    public override string ToString() => $"local key of {Address}";
}
