using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Bundler.Engine.Gas;

/// <summary>How much an estimation may ask of the node, in gas.</summary>
public sealed class EstimationOptions
{
    public const string Section = "Bundler:Estimation";

    /// <summary>The gas of one estimating eth_call; below the node's RPC gas cap (50,000,000 on BSC).</summary>
    [Range(5_000_000ul, 1_000_000_000ul)]
    public ulong MaxEstimationGas { get; set; } = 48_000_000;

    /// <summary>The largest callGasLimit that is looked for.</summary>
    [Range(1_000_000ul, 1_000_000_000ul)]
    public ulong MaxCallGas { get; set; } = 30_000_000;
}

[OptionsValidator]
internal sealed partial class EstimationOptionsValidator : IValidateOptions<EstimationOptions>;
