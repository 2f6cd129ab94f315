using Bundler.Engine.Submission;
using Bundler.Erc4337;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.Transactions;
using Bundler.Testing;
using Bundler.Tests.Engine.Inclusion;

namespace Bundler.Tests.Engine.Ledger;

/// <summary>Transactions as our signers sign and store them.</summary>
internal static class LedgerTransactions
{
    private static readonly PrivateKey _key = new(Hash32.From(0x516).Span);

    public static Address Signer => _key.Address;

    public static Address Beneficiary { get; } = A.AddressOf(0xfee);

    /// <summary>A bundle of these operations; none: a cancellation.</summary>
    public static StoredTransaction Signed(ulong nonce, params UserOperation[] operations)
    {
        FeeMarketTransaction unsigned = new()
        {
            ChainId = 1337,
            Nonce = nonce,
            GasLimit = 1_000_000,
            To = operations.Length == 0 ? Signer : A.EntryPoint.Address,
            Data = operations.Length == 0 ? Bytes.Empty : A.EntryPoint.Bundles.EncodeHandleOps(operations, Beneficiary),
            MaxFeePerGas = 10,
            MaxPriorityFeePerGas = 7,
        };
        SignedTransaction signed = unsigned.Sign(_key.Sign(unsigned.SigningHash()));
        return new StoredTransaction(
            Guid.NewGuid(),
            signed.Hash,
            Signer,
            nonce,
            A.EntryPoint.Address,
            [.. operations.Select(FakeChain.HashOf)],
            signed.Raw,
            10,
            7,
            operations.Length == 0,
            DateTimeOffset.UnixEpoch);
    }
}
