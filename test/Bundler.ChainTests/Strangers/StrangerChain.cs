using System.Globalization;
using Bundler.Testing;

namespace Bundler.ChainTests.Strangers;

/// <summary>The chain of one round, as chance wills it.</summary>
/// <param name="Hardfork">What it knows.</param>
/// <param name="BlockGasLimit">Of every block.</param>
/// <param name="BaseFee">Of the first block, wei.</param>
/// <param name="BlockTimeSeconds">Between two blocks.</param>
/// <param name="IsMoody">Its node is reached through a proxy that has moods.</param>
internal sealed record StrangerChain(string Hardfork, ulong BlockGasLimit, ulong BaseFee, double BlockTimeSeconds, bool IsMoody = false)
{
    /// <summary>What EIP-7825 leaves a transaction.</summary>
    private const ulong OsakaTransactionGas = 16_777_216;

    private static readonly string[] _hardforks = ["cancun", "prague", "osaka"];
    private static readonly ulong[] _blockGasLimits = [10_000_000, 30_000_000, 55_000_000];
    private static readonly ulong[] _baseFees = [7, 100_000_000, 1_000_000_000, 30_000_000_000];
    private static readonly double[] _blockTimes = [0.5, 1, 2];

    public AnvilOptions Options => new()
    {
        BlockGasLimit = BlockGasLimit,
        BlockTimeSeconds = BlockTimeSeconds,
        ExtraArguments = ["--hardfork", Hardfork, "--block-base-fee-per-gas", BaseFee.ToString(CultureInfo.InvariantCulture)],
    };

    /// <summary>No callGasLimit above it can ever go.</summary>
    public ulong MostGas => Hardfork == "osaka" ? Math.Min(BlockGasLimit, OsakaTransactionGas) : BlockGasLimit;

    public static StrangerChain Pick(Random random) => new(
        random.GetItems(_hardforks, 1)[0],
        random.GetItems(_blockGasLimits, 1)[0],
        random.GetItems(_baseFees, 1)[0],
        random.GetItems(_blockTimes, 1)[0],
        random.Next(2) == 0);

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Hardfork}, blocks of {BlockGasLimit / 1_000_000}M every {BlockTimeSeconds} s, base fee {BaseFee}{(IsMoody ? ", moody" : "")}");
}
