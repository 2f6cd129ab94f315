using Bundler.Engine.Chain;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Gas;

/// <summary>The most gas that a transaction may have now: the chain's own cap (EIP-7825), or the newest block's gas limit where that is lower. It moves.</summary>
public sealed class GasCeiling(ChainProfile chain, HeadFeed heads)
{
    /// <summary>gas.</summary>
    public ulong Gas => IsOfTheBlock ? heads.Latest!.GasLimit : chain.TransactionGasLimit;

    private bool IsOfTheBlock => heads.Latest is { } head && head.GasLimit < chain.TransactionGasLimit;

    /// <summary>Why the operation cannot even go alone, or <c>null</c> if it can.</summary>
    /// <param name="entryPoint">Of the operation.</param>
    /// <param name="operation">Its limits.</param>
    /// <param name="calldataTokens">Of the packed operation.</param>
    /// <param name="hasAggregator">It goes through handleAggregatedOps.</param>
    public string? Forbids(EntryPoint entryPoint, UserOperation operation, ulong calldataTokens, bool hasAggregator)
    {
        UInt256 needed = BundleGas.Needed(entryPoint, operation, calldataTokens, hasAggregator);
        return needed <= Gas ? null
            : IsOfTheBlock ? $"the operation needs a transaction of {needed} gas, a block of this chain has {Gas}"
            : $"the operation needs a transaction of {needed} gas, this chain allows {Gas}";
    }
}
