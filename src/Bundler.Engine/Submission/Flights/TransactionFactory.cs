using System.Diagnostics;
using Bundler.Engine.Bundling;
using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.Transactions;

namespace Bundler.Engine.Submission.Flights;

/// <summary>What is signed: a bundle as an EIP-1559 transaction, or as an EIP-7702 one when it carries authorizations; and what cancels it. Pure.</summary>
public sealed class TransactionFactory(UInt256 chainId)
{
    /// <summary>The gas of a transfer.</summary>
    public const ulong TransferGas = 21_000;

    public Transaction ForBundle(Bundle bundle, ulong nonce, TransactionFees fees) => bundle.Authorizations.Count == 0
        ? new FeeMarketTransaction
        {
            ChainId = chainId,
            Nonce = nonce,
            GasLimit = bundle.GasLimit,
            To = bundle.EntryPoint.Address,
            Data = bundle.CallData,
            MaxFeePerGas = fees.MaxFeePerGas,
            MaxPriorityFeePerGas = fees.MaxPriorityFeePerGas,
            AccessList = bundle.AccessList,
        }
        : new SetCodeTransaction
        {
            ChainId = chainId,
            Nonce = nonce,
            GasLimit = bundle.GasLimit,
            To = bundle.EntryPoint.Address,
            Data = bundle.CallData,
            MaxFeePerGas = fees.MaxFeePerGas,
            MaxPriorityFeePerGas = fees.MaxPriorityFeePerGas,
            AuthorizationList = bundle.Authorizations,
            AccessList = bundle.AccessList,
        };

    public Transaction ForTransfer(Transfer transfer, ulong nonce, TransactionFees fees) =>
        Transfer(transfer.To, transfer.Value, transfer.GasLimit, nonce, fees);

    /// <summary>A transfer of nothing to the signer itself: it does nothing but use up the nonce.</summary>
    public Transaction Cancellation(Address signer, ulong nonce, TransactionFees fees) => Transfer(signer, UInt256.Zero, TransferGas, nonce, fees);

    /// <summary>The same transaction at another price.</summary>
    public static Transaction Repriced(Transaction transaction, TransactionFees fees) => transaction is DynamicFeeTransaction priced
        ? priced with { MaxFeePerGas = fees.MaxFeePerGas, MaxPriorityFeePerGas = fees.MaxPriorityFeePerGas }
        : throw new UnreachableException("only transactions with EIP-1559 fees are signed here");

    private FeeMarketTransaction Transfer(Address to, UInt256 value, UInt256 gasLimit, ulong nonce, TransactionFees fees) => new()
    {
        ChainId = chainId,
        Nonce = nonce,
        GasLimit = gasLimit,
        To = to,
        Value = value,
        MaxFeePerGas = fees.MaxFeePerGas,
        MaxPriorityFeePerGas = fees.MaxPriorityFeePerGas,
    };
}
