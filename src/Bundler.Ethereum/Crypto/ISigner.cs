using Bundler.Ethereum.Primitives;

namespace Bundler.Ethereum.Crypto;

/// <summary>Someone who signs digests in the name of one address: a local key or a key service.</summary>
public interface ISigner
{
    Address Address { get; }

    /// <summary>A low-s signature whose recovery yields <see cref="Address"/>.</summary>
    ValueTask<Signature> SignAsync(Hash32 digest, CancellationToken cancellationToken);
}
