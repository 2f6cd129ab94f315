using Bundler.Engine.Chain;
using Bundler.Erc4337;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Options;

namespace Bundler.Engine.Gas;

/// <summary>What the coming block costs, refreshed once a head: the one source for what we require, what we tell and what we pay.</summary>
public sealed class FeeOracle(EthClient eth, HeadFeed heads, PriceFloor floor, IOptions<GasOptions> options)
{
    private readonly SemaphoreSlim _asking = new(1);
    private readonly int _blocks = options.Value.FeeHistoryBlocks;
    private readonly double[] _percentiles = [options.Value.TipPercentile];
    private readonly UInt256 _ceiling = options.Value.MaxGasPriceWei == 0 ? UInt256.MaxValue : options.Value.MaxGasPriceWei;
    private volatile MarketPrice? _market;

    /// <summary>The fees for the coming block; asks the node at most once for each head.</summary>
    public async ValueTask<FeeQuote> CurrentAsync(CancellationToken cancellationToken)
    {
        ChainHead head = await heads.CurrentAsync(cancellationToken);
        if (Known(head) is { } known)
        {
            return Quote(known);
        }

        await _asking.WaitAsync(cancellationToken);
        try
        {
            return Quote(Known(head) ?? await AskAsync(head, cancellationToken));
        }
        finally
        {
            _asking.Release();
        }
    }

    /// <summary>The newest quote without asking anybody, or the floor before the first.</summary>
    public FeeQuote Latest => _market is { } market ? Quote(market) : new FeeQuote(heads.Latest?.BaseFeePerGas ?? 0, floor.Tip, floor.Tip);

    /// <summary>What operations should offer; <see cref="Check"/> takes every level of it.</summary>
    public FeeSuggestion Suggest(FeeQuote fees) => FeeSuggestion.From(fees, options.Value.AcceptBaseFeePercent);

    /// <summary>Why an operation's fees are too low for the coming block, or <c>null</c>.</summary>
    public Rejection? Check(UserOperation operation, FeeQuote fees)
    {
        UInt256 needed = UInt256.MulDiv(fees.BaseFeePerGas, options.Value.AcceptBaseFeePercent, 100);
        return operation.MaxPriorityFeePerGas > operation.MaxFeePerGas
            ? new Rejection.InvalidFields("maxPriorityFeePerGas", $"{operation.MaxPriorityFeePerGas} wei is more than maxFeePerGas {operation.MaxFeePerGas} wei")
            : operation.MaxPriorityFeePerGas < fees.FloorTip
            ? new Rejection.InvalidFields("maxPriorityFeePerGas", $"must be at least {fees.FloorTip} wei, got {operation.MaxPriorityFeePerGas} wei")
            : operation.MaxFeePerGas < needed + fees.FloorTip
            ? new Rejection.InvalidFields("maxFeePerGas", $"must be at least {needed + fees.FloorTip} wei, got {operation.MaxFeePerGas} wei")
            : null;
    }

    private MarketPrice? Known(ChainHead head) => _market is { } market && market.Head == head.Hash ? market : null;

    private FeeQuote Quote(MarketPrice market)
    {
        UInt256 least = floor.Tip;
        return new FeeQuote(market.BaseFeePerGas, UInt256.Max(UInt256.Min(market.Tip, _ceiling), least), least);
    }

    private async Task<MarketPrice> AskAsync(ChainHead head, CancellationToken cancellationToken)
    {
        EthBatch batch = eth.Batch();
        Pending<FeeHistory> asked = batch.FeeHistory(_blocks, BlockTag.Latest, _percentiles);
        Pending<UInt256> gasPrice = batch.GasPrice();
        await batch.SendAsync(cancellationToken);
        FeeHistory? history = asked.Failed ? null : asked.Value;

        // The last one is the next block's (EIP-1559); where there is no base fee it is zero or missing.
        UInt256 baseFee = history is { BaseFeePerGas: [.., { } next] } ? next : head.BaseFeePerGas;
        UInt256 tip = (history is null ? null : Paid(history)) ?? UInt256.SubtractToZero(gasPrice.Value, baseFee);
        MarketPrice market = new(head.Hash, baseFee, tip);
        _market = market;
        return market;
    }

    /// <summary>The median of what recent blocks took, or <c>null</c> when nobody paid anything: empty blocks say nothing.</summary>
    private static UInt256? Paid(FeeHistory history)
    {
        UInt256[] tips = [.. history.Reward.Zip(history.GasUsedRatio).Where(block => block.Second > 0 && block.First.Count > 0).Select(block => block.First[0]).Order()];
        return tips.Length == 0 ? null : tips[tips.Length / 2];
    }

    /// <summary>What the node told of the coming block after a head.</summary>
    private sealed record MarketPrice(Hash32 Head, UInt256 BaseFeePerGas, UInt256 Tip);
}

/// <summary>Fees for the coming block in wei per gas.</summary>
/// <param name="BaseFeePerGas">The base fee; 0 on chains without one.</param>
/// <param name="SuggestedTip">What recent blocks took, or else what the node suggests; never below the floor.</param>
/// <param name="FloorTip">The least that is taken.</param>
public sealed record FeeQuote(UInt256 BaseFeePerGas, UInt256 SuggestedTip, UInt256 FloorTip);
