using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;

namespace Bundler.Ethereum.Transactions;

/// <summary>A transaction with its signature, its raw bytes as <c>eth_sendRawTransaction</c> takes them, and its hash.</summary>
public sealed record SignedTransaction(Transaction Transaction, Signature Signature, Bytes Raw, Hash32 Hash)
{
    /// <summary>Who signed; null when the signature is invalid, also by a high s (EIP-2).</summary>
    public Address? RecoverSender() =>
        Signature.IsLowS ? SignatureRecovery.Recover(Transaction.SigningHash(), Signature) : null;
}
