using Microsoft.Extensions.Logging;

namespace Bundler.Signing.Guard;

/// <summary>The signers of this node, each behind its guard: what the rooms of the node get to see of the keys.</summary>
public sealed class GuardedKeyring(Keyring keyring, SignerGuardLimits limits, TimeProvider clock, ILoggerFactory logs)
{
    /// <summary>How far ahead of the account's nonce the guards let a transaction be signed.</summary>
    public ulong NonceWindow => limits.NonceWindow;

    public IReadOnlyList<ITransactionSigner> Signers { get; } =
        [.. keyring.Entries.Select(signer => new GuardedSigner(signer, limits, clock, logs.CreateLogger<GuardedSigner>()))];
}
