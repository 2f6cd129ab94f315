using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.Transactions;

namespace Bundler.Signing;

/// <summary>What the node may ask of its keys: whole transactions, never digests.</summary>
public interface ITransactionSigner
{
    Address Address { get; }

    /// <exception cref="Guard.SignerGuardException">The transaction is not the job of this key.</exception>
    /// <exception cref="SignerUnavailableException">The key could not sign now.</exception>
    ValueTask<SignedTransaction> SignAsync(Transaction transaction, CancellationToken cancellationToken);

    /// <summary>The account's transaction count at the newest block, told whenever it was asked: the nonces to be signed lie around it.</summary>
    void ObserveNonce(ulong transactionCount);
}
