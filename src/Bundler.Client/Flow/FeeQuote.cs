using System.Numerics;
using Bundler.Client.Errors;
using Bundler.Client.Rpc;
using Nethereum.RPC.Eth.DTOs;
using Nethereum.Web3;

namespace Bundler.Client.Flow;

/// <summary>Fees from whoever knows them: the bundler in its own words, in Pimlico's, or the chain.</summary>
internal sealed class FeeQuote(IWeb3 chain, BundlerApiService bundler)
{
    /// <summary>What the base fee may rise by while an operation waits: eight eighths are six blocks.</summary>
    private const int BaseFeeRoom = 2;

    public async Task<FeeLevel> AskAsync(FeeSpeed speed, CancellationToken cancellationToken)
    {
        FeeLevels? levels =
            await IfServedAsync(async () => await bundler.GetGasPrice.SendRequestAsync(cancellationToken).ConfigureAwait(false)).ConfigureAwait(false)
            ?? await IfServedAsync(() => bundler.Pimlico.GetUserOperationGasPrice.SendRequestAsync(cancellationToken)).ConfigureAwait(false);
        return levels?.At(speed) ?? await FromChainAsync(cancellationToken).ConfigureAwait(false);
    }

    private static async Task<FeeLevels?> IfServedAsync(Func<Task<FeeLevels>> ask)
    {
        try
        {
            return await ask().ConfigureAwait(false);
        }
        catch (BundlerException refusal) when (refusal.IsNoSuchMethod)
        {
            return null;
        }
    }

    private async Task<FeeLevel> FromChainAsync(CancellationToken cancellationToken)
    {
        BlockWithTransactionHashes block = await chain.Eth.Blocks.GetBlockWithTransactionsHashesByNumber
            .SendRequestAsync(BlockParameter.CreateLatest()).WaitAsync(cancellationToken).ConfigureAwait(false);
        BigInteger price = await chain.Eth.GasPrice.SendRequestAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        BigInteger baseFee = block.BaseFeePerGas?.Value ?? BigInteger.Zero;
        BigInteger tip = BigInteger.Max(price - baseFee, BigInteger.One);
        return new FeeLevel { MaxFeePerGas = (baseFee * BaseFeeRoom) + tip, MaxPriorityFeePerGas = tip };
    }
}
