using System.ComponentModel.DataAnnotations;
using Bundler.Erc4337.EntryPoints;
using Microsoft.Extensions.Options;

namespace Bundler.Engine.Gas;

/// <summary>Overheads of preVerificationGas (gas) and the fee floor and ceiling (wei per gas).</summary>
public sealed class GasOptions
{
    public const string Section = "Bundler:Gas";

    /// <summary>How many operations are taken to share a transaction.</summary>
    [Range(1, 128)]
    public int BundleSize { get; set; } = 1;

    /// <summary>Percent of the computed preVerificationGas that an operation must offer.</summary>
    [Range(1, 1_000)]
    public int AcceptPreVerificationGasPercent { get; set; } = 100;

    /// <summary>Percent of the computed preVerificationGas that an estimate answers.</summary>
    [Range(100, 1_000)]
    public int EstimatePreVerificationGasPercent { get; set; } = 110;

    /// <summary>Percent of the coming base fee that an operation's maxFeePerGas must reach.</summary>
    [Range(0, 1_000)]
    public int AcceptBaseFeePercent { get; set; } = 100;

    /// <summary>How many blocks the tip is taken from (eth_feeHistory).</summary>
    [Range(1, 1_024)]
    public int FeeHistoryBlocks { get; set; } = 10;

    /// <summary>Of each of them the tip at this percentile; of those the median.</summary>
    [Range(0.0, 100.0)]
    public double TipPercentile { get; set; } = 40;

    /// <summary>How long a floor is believed that a node's refusal taught; then it comes down by halves, each in the same time.</summary>
    [Range(1, 86_400)]
    public double FloorMemorySeconds { get; set; } = 300;

    /// <summary>No transaction of ours pays more than this, wei per gas; 0: no ceiling.</summary>
    public ulong MaxGasPriceWei { get; set; }

    /// <summary>What paying the beneficiary costs beyond paying the bundle's signer, gas; follows from who that is.</summary>
    internal ulong BeneficiaryGas { get; set; }
}

[OptionsValidator]
internal sealed partial class GasOptionsValidator : IValidateOptions<GasOptions>;

/// <summary>The numbers of the preVerificationGas formula, in gas.</summary>
public sealed record PreVerificationGasOptions
{
    public int BundleSize { get; init; } = 1;

    /// <summary>The intrinsic gas of a transaction.</summary>
    public double TransactionStipend { get; init; } = 21_000;

    /// <summary>handleOps apart from its operations.</summary>
    public double FixedOverhead { get; init; } = 9_830;

    /// <summary>handleOps for each operation.</summary>
    public double PerOperation { get; init; } = 7_260;

    /// <summary>What the versions take beyond these numbers, measured on chain: v0.6, v0.7, v0.8, v0.9 and later. None: somebody has set other numbers.</summary>
    public IReadOnlyList<VersionOverhead> PerVersion { get; init; } = [new(2_740, 0), new(2_465, 69.4), new(360, 7.4), new(320, 7.4)];

    /// <summary>EIP-7702: one tuple.</summary>
    public double PerAuthorization { get; init; } = 25_000;

    /// <summary>An execution through executeUserOp.</summary>
    public double ExecuteUserOp { get; init; } = 1_700;

    /// <summary>… and for each word of the packed operation.</summary>
    public double ExecuteUserOpPerWord { get; init; } = 8.2;

    /// <summary>Any other execution, for each word of callData.</summary>
    public double PerCallDataWord { get; init; } = 9.5;

    /// <summary>Of <see cref="PerVersion"/>, or nothing where others have set all numbers.</summary>
    public VersionOverhead Of(EntryPointVersion version) =>
        PerVersion.Count == 0 ? default : PerVersion[Math.Min(version - EntryPointVersion.V06, PerVersion.Count - 1)];
}

/// <summary>What one version of the EntryPoint takes beyond the numbers that all have in common, in gas.</summary>
/// <param name="PerOperation">For each operation.</param>
/// <param name="ExecuteUserOpPerWord">With executeUserOp, for each word of the packed operation: v0.7 copies it word by word.</param>
public readonly record struct VersionOverhead(double PerOperation, double ExecuteUserOpPerWord);
