using System.ComponentModel.DataAnnotations;
using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Options;

namespace Bundler.Engine.Validation;

/// <summary>Whose numbers the LIM rules use: the ERC's own, or those that wallets in the field need.</summary>
public enum ValidationProfile
{
    Field,
    Canonical,
}

/// <summary>Which tracer validates; <see cref="Auto"/> asks the node.</summary>
public enum TracerChoice
{
    Auto,
    Native,
    JavaScript,
    None,
}

/// <summary>How operations are validated.</summary>
public sealed class ValidationOptions
{
    public const string Section = "Bundler:Validation";

    // LIM-060 wants less than MAX_VERIFICATION_GAS.
    private const uint CanonicalVerificationGas = 500_000 - 1;
    private const uint FieldVerificationGas = 5_000_000;

    /// <summary><c>Field</c> accepts what wallets send; <c>Canonical</c> has the ERC's numbers.</summary>
    public ValidationProfile Profile { get; set; } = ValidationProfile.Field;

    /// <summary>The highest verification limits that are taken (LIM-060); 0: the profile's (below 500 000 canonical, 5 000 000 field).</summary>
    [Range(0u, 20_000_000u)]
    public uint MaxVerificationGas { get; set; }

    /// <summary>Accept operations without any check of ERC-7562's opcode and storage rules, if the node has no tracer. For development only.</summary>
    public bool Unsafe { get; set; }

    /// <summary>Which tracer to use; by default the node is asked at start.</summary>
    public TracerChoice Tracer { get; set; } = TracerChoice.Auto;

    /// <summary>The aggregators that are served; operations of others are answered with -32506.</summary>
    public IList<string> AllowedAggregators { get; } = [];

    /// <summary>VALID_UNTIL_FUTURE: an operation must stay valid at least this long.</summary>
    [Range(0, 3600)]
    public int ValidUntilMarginSeconds { get; set; } = 30;

    /// <summary>What the node is allowed for one trace.</summary>
    [Range(1, 120)]
    public int TraceTimeoutSeconds { get; set; } = 10;

    /// <summary>VALIDATION_GAS_SLACK (LIM-030): verification limits exceed the real use by at least this.</summary>
    [Range(0u, 1_000_000u)]
    public uint ValidationGasSlack { get; set; } = 4_000;

    /// <summary>MAX_CONTEXT_SIZE (LIM-020), bytes.</summary>
    [Range(0, 65_536)]
    public int MaxContextSize { get; set; } = 2_048;

    /// <summary>A JSON file that admits named violations (ERC-7562, alternative mempools); empty: none.</summary>
    public string AltMempoolFile { get; set; } = "";

    internal TimeSpan TraceTimeout => TimeSpan.FromSeconds(TraceTimeoutSeconds);

    /// <summary>LIM-060 as it applies: the highest limit that is taken.</summary>
    public uint EffectiveMaxVerificationGas =>
        MaxVerificationGas != 0 ? MaxVerificationGas
        : Profile == ValidationProfile.Canonical ? CanonicalVerificationGas
        : FieldVerificationGas;

    internal IReadOnlySet<Address> AggregatorSet() => AllowedAggregators.Select(text => Address.Parse(text)).ToHashSet();
}

[OptionsValidator]
internal sealed partial class ValidationOptionsValidator : IValidateOptions<ValidationOptions>;
