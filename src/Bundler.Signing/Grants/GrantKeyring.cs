using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Logging;

namespace Bundler.Signing.Grants;

/// <summary>The keys that sign grants, each behind its guard; never one that signs bundles.</summary>
public sealed class GrantKeyring(OpenGrantKeys keys, GrantGuardLimits limits, TimeProvider clock, ILoggerFactory logs)
{
    public IReadOnlyList<GrantSigner> Signers { get; } =
        [.. keys.Keyring.Entries.Select(entry => new GrantSigner(entry, limits, clock, logs.CreateLogger<GrantSigner>()))];

    /// <summary><c>null</c>: no such key is configured.</summary>
    public GrantSigner? Find(Address address) => Signers.FirstOrDefault(signer => signer.Address == address);
}
