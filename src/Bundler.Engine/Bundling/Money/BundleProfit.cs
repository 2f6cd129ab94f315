using Bundler.Engine.Bundling.Checks;
using Bundler.Engine.Chain;
using Bundler.Engine.Gas;
using Bundler.Engine.Pool;
using Bundler.Engine.Validation;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Options;

namespace Bundler.Engine.Bundling.Money;

/// <summary>
/// Whether a bundle earns what it costs, by the gas that the third validation measured: what the EntryPoint charges, its penalty for unused gas
/// included, against what the transaction uses, with its authorizations and never below the call data's floor (EIP-7623). Pure.
/// </summary>
public sealed class BundleProfit(ChainProfile chain, PreVerificationGasPolicy prices, IOptions<BundlingOptions> options)
{
    private readonly UInt256 _percent = options.Value.MinProfitPercent;

    /// <summary>The sums of a bundle at the coming block's prices; <c>null</c> when nobody measured them (nodes without tracers).</summary>
    public BundleAccount? Account(CheckedBundle bundle)
    {
        if (bundle.Check.Operations.Count == 0)
        {
            return null;
        }

        UInt256 baseFee = bundle.Draft.Fees.BaseFeePerGas;
        UInt256 lowestTip = bundle.Entries.Select(entry => Mempool.Tip(entry.Operation, baseFee)).Aggregate(UInt256.Min);
        return new BundleAccount(
            Math.Max(bundle.Check.GasUsed, Floor(bundle.CallData)),
            baseFee + UInt256.Min(bundle.Draft.Fees.SuggestedTip, lowestTip),
            [.. bundle.Entries.Zip(bundle.Check.Operations, (entry, measured) => Received(entry, measured, baseFee))]);
    }

    /// <summary>The least gas that a transaction with this call data uses (EIP-7623).</summary>
    public ulong Floor(Bytes callData) =>
        chain.Eip7623 ? BundleGas.Intrinsic + CalldataCost.FloorGasPerToken * CalldataCost.Tokens(callData.Span) : 0;

    /// <summary>The operations because of which the bundle would not earn enough; none when it does.</summary>
    public IReadOnlyList<MempoolEntry> Losers(CheckedBundle bundle)
    {
        if (Account(bundle) is not { } account || Earns(account.Received, account.Cost))
        {
            return [];
        }

        UInt256[] taken = [.. bundle.Entries.Zip(bundle.Check.Operations, (entry, measured) => Taken(entry, measured, bundle.Entries.Count))];
        UInt256 together = taken.Aggregate(UInt256.Zero, (sum, gas) => sum + gas);
        List<MempoolEntry> losers = [];
        for (int i = 0; i < bundle.Entries.Count; i++)
        {
            // Its part of the cost is its part of what all of them take: if they earn too little together, so does one of them; and whoever pays for
            // himself is not made to pay for others.
            UInt256 share = UInt256.MulDivUp(account.Cost, taken[i], together);
            if (!Earns(account.Fees[i], share))
            {
                losers.Add(bundle.Entries[i]);
            }
        }

        return losers;
    }

    /// <summary>The highest tip at which the bundle still earns enough, wei per gas.</summary>
    public UInt256 HighestTip(BundleAccount account, UInt256 baseFee) =>
        _percent.IsZero ? UInt256.MaxValue : UInt256.SubtractToZero(UInt256.MulDiv(account.Received, 100, account.GasUsed * _percent), baseFee);

    private UInt256 Taken(MempoolEntry entry, BundledOperation measured, int bundleSize) => prices.Taken(
        entry.EntryPoint,
        entry.Operation,
        entry.CalldataTokens,
        entry.Size,
        UInt256.SubtractToZero(measured.ActualGasUsed, entry.Operation.PreVerificationGas),
        bundleSize);

    private bool Earns(UInt256 received, UInt256 cost) => received * 100 >= cost * _percent;

    private static UInt256 Received(MempoolEntry entry, BundledOperation measured, UInt256 baseFee) =>
        measured.ActualGasUsed * EntryPoint.GasPrice(entry.Operation, baseFee);
}

/// <summary>What a bundle costs and brings, as expected before it is signed.</summary>
/// <param name="GasUsed">Gas of the transaction.</param>
/// <param name="GasPrice">What it pays for each, wei.</param>
/// <param name="Fees">What each operation pays, wei.</param>
public sealed record BundleAccount(ulong GasUsed, UInt256 GasPrice, IReadOnlyList<UInt256> Fees)
{
    /// <summary>wei.</summary>
    public UInt256 Cost => GasPrice * GasUsed;

    /// <summary>wei.</summary>
    public UInt256 Received => Fees.Aggregate(UInt256.Zero, (sum, fee) => sum + fee);
}
