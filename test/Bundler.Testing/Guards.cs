using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;
using Bundler.Signing;
using Bundler.Signing.Guard;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bundler.Testing;

/// <summary>Signers behind guards that are wide, but are guards: of one chain, for the EntryPoints of the dev chain.</summary>
public static class Guards
{
    public static GuardedKeyring Around(UInt256 chainId, params IReadOnlyList<ISigner> signers) =>
        Around(Limits(chainId), signers);

    public static GuardedKeyring Around(SignerGuardLimits limits, params IReadOnlyList<ISigner> signers) =>
        new(KeyringOf(signers), limits, TimeProvider.System, NullLoggerFactory.Instance);

    public static Keyring KeyringOf(IReadOnlyList<ISigner> signers) => new([.. signers.Select((signer, i) => new NamedSigner($"Key:{i + 1}", signer))]);

    public static SignerGuardLimits Limits(UInt256 chainId) => new()
    {
        ChainId = chainId,
        EntryPoints =
        [
            .. EntryPointCatalog.Canonical.Select(entryPoint => entryPoint.Version == EntryPointVersion.V06
                ? GuardedEntryPoint.OfV06(entryPoint.Address)
                : GuardedEntryPoint.OfV07(entryPoint.Address)),
            GuardedEntryPoint.OfV07(Deployments.EntryPointV09),
        ],
        MaxFeePerGas = (UInt256)1_000_000_000_000_000,
        MaxPerMinute = 100_000,
    };
}
