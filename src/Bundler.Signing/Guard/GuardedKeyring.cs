using Microsoft.Extensions.Logging;

namespace Bundler.Signing.Guard;

/// <summary>The signers of this node, each behind its guard: what the rooms of the node get to see of the keys.</summary>
public sealed class GuardedKeyring
{
    public GuardedKeyring(Keyring keyring, SignerGuardLimits limits, TimeProvider clock, ILoggerFactory logs)
    {
        NonceWindow = limits.NonceWindow;
        Budget = new TransferBudget(clock);
        Signers =
        [
            .. keyring.Entries.Select(entry =>
                new GuardedSigner(entry, limits.Of(entry.Signer.Address), Budget, clock, logs.CreateLogger<GuardedSigner>())),
        ];
    }

    /// <summary>How far ahead of the account's nonce the guards let a transaction be signed.</summary>
    public ulong NonceWindow { get; }

    /// <summary>What the keys have transferred within the last day, all together.</summary>
    public TransferBudget Budget { get; }

    public IReadOnlyList<ITransactionSigner> Signers { get; }
}
