using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Submission;

/// <summary>The two fees of an EIP-1559 transaction, wei per gas.</summary>
/// <param name="MaxFeePerGas">Base fee and tip together.</param>
/// <param name="MaxPriorityFeePerGas">For the block's producer.</param>
public readonly record struct TransactionFees(UInt256 MaxFeePerGas, UInt256 MaxPriorityFeePerGas)
{
    /// <summary>Whether neither fee is below the other's.</summary>
    public bool Reaches(TransactionFees least) => MaxFeePerGas >= least.MaxFeePerGas && MaxPriorityFeePerGas >= least.MaxPriorityFeePerGas;
}
