using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.Transactions;

namespace Bundler.Signing.Guard;

/// <summary>What the guard's rules look at: the transaction, who is to sign it, and the account's nonce as last told.</summary>
internal sealed record GuardContext(Transaction Transaction, Address Signer, ulong? KnownNonce, SignerGuardLimits Limits)
{
    /// <summary>maxFeePerGas and maxPriorityFeePerGas; null for a type that has none.</summary>
    public (UInt256 MaxFeePerGas, UInt256 MaxPriorityFeePerGas)? Fees =>
        Transaction is DynamicFeeTransaction priced ? (priced.MaxFeePerGas, priced.MaxPriorityFeePerGas) : null;

    public IReadOnlyList<Authorization> Authorizations => (Transaction as SetCodeTransaction)?.AuthorizationList ?? [];

    /// <summary>An access list or authorizations: what a mere transfer does not need.</summary>
    public bool HasExtras => Transaction is not FeeMarketTransaction { AccessList.Count: 0 };
}
