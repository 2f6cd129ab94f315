using Bundler.Engine.Chain;
using Bundler.Erc4337;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Options;

namespace Bundler.Engine.Gas;

/// <summary>What the coming block costs, refreshed once a head: the one source for what we require, what we tell and what we pay.</summary>
public sealed class FeeOracle(EthClient eth, HeadFeed heads, ChainProfile chain, IOptions<GasOptions> options)
{
    private readonly SemaphoreSlim _asking = new(1);
    private volatile Quote? _quote;

    /// <summary>The fees for the coming block; asks the node at most once for each head.</summary>
    public async ValueTask<FeeQuote> CurrentAsync(CancellationToken cancellationToken)
    {
        ChainHead head = await heads.CurrentAsync(cancellationToken);
        if (Known(head) is { } known)
        {
            return known;
        }

        await _asking.WaitAsync(cancellationToken);
        try
        {
            return Known(head) ?? await AskAsync(head, cancellationToken);
        }
        finally
        {
            _asking.Release();
        }
    }

    /// <summary>The newest quote without asking anybody, or the floor before the first.</summary>
    public FeeQuote Latest => _quote?.Fees ?? new FeeQuote(heads.Latest?.BaseFeePerGas ?? 0, chain.MinPriorityFeeWei, chain.MinPriorityFeeWei);

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

    private FeeQuote? Known(ChainHead head) => _quote is { } quote && quote.Head == head.Hash ? quote.Fees : null;

    private async Task<FeeQuote> AskAsync(ChainHead head, CancellationToken cancellationToken)
    {
        UInt256 tip = UInt256.Max(await eth.MaxPriorityFeePerGasAsync(cancellationToken), chain.MinPriorityFeeWei);
        FeeQuote fees = new(head.BaseFeePerGas, tip, chain.MinPriorityFeeWei);
        _quote = new Quote(head.Hash, fees);
        return fees;
    }

    private sealed record Quote(Hash32 Head, FeeQuote Fees);
}

/// <summary>Fees for the coming block in wei per gas.</summary>
/// <param name="BaseFeePerGas">The base fee; 0 on chains without one.</param>
/// <param name="SuggestedTip">What the node suggests, never below the floor.</param>
/// <param name="FloorTip">The least that is taken.</param>
public sealed record FeeQuote(UInt256 BaseFeePerGas, UInt256 SuggestedTip, UInt256 FloorTip);
