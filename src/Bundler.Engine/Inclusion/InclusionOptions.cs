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

    /// <summary>How many blocks back a reorganisation is looked for at most.</summary>
    [Range(1, 100_000)]
    public int MaxReorgBlocks { get; set; } = 512;
}

[OptionsValidator]
internal sealed partial class InclusionOptionsValidator : IValidateOptions<InclusionOptions>;
