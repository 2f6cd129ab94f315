using Bundler.Engine.Chain;
using Bundler.Engine.Submission;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.Transactions;

namespace Bundler.Engine.Ledger;

/// <summary>
/// Reads an entry of the ledger from what we signed and what the chain made of it. handleOps sends its beneficiary the sum of actualGasCost
/// over its UserOperationEvents, in every version. Pure.
/// </summary>
public sealed class LedgerBook(ServedEntryPoints entryPoints)
{
    public LedgerEntry Entry(StoredTransaction signed, TransactionReceipt receipt, DateTimeOffset time)
    {
        UInt256 paid = Cost(receipt);
        IReadOnlyList<LedgerShare> shares = signed.IsCancellation ? []
            : receipt.Success ? Shares(signed, receipt, paid)
            : Losses(signed.UserOpHashes, paid);
        return new LedgerEntry
        {
            TransactionHash = receipt.TransactionHash,
            BlockNumber = receipt.BlockNumber,
            BlockHash = receipt.BlockHash,
            TransactionIndex = receipt.TransactionIndex,
            Time = time,
            Kind = signed.IsCancellation ? LedgerKind.Cancellation : signed.IsTransfer ? LedgerKind.Transfer : LedgerKind.Bundle,
            Success = receipt.Success,
            BundleId = signed.BundleId,
            Signer = signed.Signer,
            Nonce = signed.Nonce,
            EntryPoint = signed.EntryPoint,
            Beneficiary = signed.IsCancellation || signed.IsTransfer ? null : Beneficiary(signed),
            GasUsed = receipt.GasUsed,
            EffectiveGasPrice = receipt.EffectiveGasPrice,
            GasPaid = paid,
            FeesReceived = shares.Aggregate(UInt256.Zero, (sum, share) => sum + share.FeeReceived),
            Shares = shares,
        };
    }

    /// <summary>The shares of a bundle that reverted once its fault is known: who is at fault bears it all.</summary>
    public static IReadOnlyList<LedgerShare> Blamed(LedgerEntry reverted, LedgerFault fault) =>
        fault.UserOpHash is { } guilty && reverted.Shares.Any(share => share.UserOpHash == guilty)
            ? [.. reverted.Shares.Select(share => share with { GasPaid = share.UserOpHash == guilty ? reverted.GasPaid : UInt256.Zero })]
            : reverted.Shares;

    /// <summary>Optimism's receipts tell apart what its layer 1 costs; elsewhere the price says all.</summary>
    private static UInt256 Cost(TransactionReceipt receipt) =>
        receipt.GasUsed * receipt.EffectiveGasPrice
        + (receipt.Raw.ValueKind == System.Text.Json.JsonValueKind.Object ? receipt.Raw.Optional("l1Fee", EthereumJson.ReadQuantity) ?? UInt256.Zero : UInt256.Zero);

    private static LedgerShare[] Shares(StoredTransaction signed, TransactionReceipt receipt, UInt256 paid)
    {
        UserOperationEventData[] events =
        [
            .. receipt.Logs
                .Where(log => log.Address == signed.EntryPoint && log.Topics.Count > 0 && log.Topics[0] == EntryPointEvents.UserOperationEvent.Topic)
                .Select(log => UserOperationEventData.Decode(log.Topics, log.Data)),
        ];
        IReadOnlyList<UInt256> parts = GasShares.Split(paid, [.. events.Select(happened => happened.ActualGasUsed)]);
        return [.. events.Select((happened, i) => new LedgerShare(happened.UserOpHash, happened.ActualGasCost, parts[i]))];
    }

    private static LedgerShare[] Losses(IReadOnlyList<Hash32> userOpHashes, UInt256 paid)
    {
        IReadOnlyList<UInt256> parts = GasShares.Split(paid, [.. userOpHashes.Select(_ => UInt256.One)]);
        return [.. userOpHashes.Select((userOpHash, i) => new LedgerShare(userOpHash, UInt256.Zero, parts[i]))];
    }

    private Address? Beneficiary(StoredTransaction signed) =>
        entryPoints.Find(signed.EntryPoint)?.Bundles.DecodeBeneficiary(Transaction.Decode(signed.Raw).Transaction.Data);
}
