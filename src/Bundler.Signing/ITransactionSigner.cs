using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.Transactions;
using Bundler.Signing.Health;

namespace Bundler.Signing;

/// <summary>What the node may ask of its keys: whole transactions, never digests.</summary>
public interface ITransactionSigner
{
    /// <summary>Its place in the configuration, such as AwsKms:one.</summary>
    string Name { get; }

    Address Address { get; }

    /// <summary>False for the key that only tops up others.</summary>
    bool SendsBundles { get; }

    /// <summary>As its last signature or probe showed it; null before the first.</summary>
    SignerHealth? Health { get; }

    /// <exception cref="Guard.SignerGuardException">The transaction is not the job of this key.</exception>
    /// <exception cref="SignerUnavailableException">The key could not sign now.</exception>
    ValueTask<SignedTransaction> SignAsync(Transaction transaction, CancellationToken cancellationToken);

    /// <summary>Whether the key signs now; what it signs for that is good for nothing else.</summary>
    ValueTask<SignerHealth> ProbeAsync(CancellationToken cancellationToken);

    /// <summary>The account's transaction count at the newest block, told whenever it was asked: the nonces to be signed lie around it.</summary>
    void ObserveNonce(ulong transactionCount);
}
