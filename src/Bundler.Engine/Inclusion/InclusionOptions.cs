using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Bundler.Engine.Inclusion;

/// <summary>How the index follows the chain.</summary>
public sealed class InclusionOptions
{
    public const string Section = "Bundler:Inclusion";

    /// <summary>The most blocks whose events are asked in one round trip.</summary>
    [Range(1, 10_000)]
    public int BlocksPerRequest { get; set; } = 256;

    /// <summary>How many blocks below the final one stay known by hash, so that even a deeper reorganisation is undone.</summary>
    [Range(64, 100_000)]
    public int RememberedBlocks { get; set; } = 1024;

    /// <summary>
    /// How many blocks before the index began an operation that nobody here has heard of is looked for, by the event's topic; 0 looks nowhere.
    /// </summary>
    [Range(0, 100_000_000)]
    public int HistoryBlocks { get; set; } = 500_000;

    /// <summary>How often the chain is asked which block is final.</summary>
    [Range(0.1, 600)]
    public double FinalitySeconds { get; set; } = 1;
}

[OptionsValidator]
internal sealed partial class InclusionOptionsValidator : IValidateOptions<InclusionOptions>;
