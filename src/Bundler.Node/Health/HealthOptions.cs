using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Bundler.Node.Health;

/// <summary>When /health/ready says no.</summary>
internal sealed class HealthOptions
{
    public const string Section = "Bundler:Health";

    /// <summary>The Ethereum node must have answered within this time.</summary>
    [Range(1, 3_600)]
    public int MaxSilenceSeconds { get; set; } = 30;

    /// <summary>The newest block must not be older than this; a development chain makes blocks when it likes.</summary>
    [Range(1, 86_400)]
    public int MaxHeadAgeSeconds { get; set; } = 60;
}

[OptionsValidator]
internal sealed partial class HealthOptionsValidator : IValidateOptions<HealthOptions>;
