using System.ComponentModel.DataAnnotations;
using Bundler.Signing.KeyServices;
using Microsoft.Extensions.Options;

namespace Bundler.Signing;

/// <summary>How patient the node is with a KMS or HSM.</summary>
public sealed class KeyServiceOptions
{
    public const string Section = "Bundler:KeyServices";

    /// <summary>Attempts for one signature, the first included.</summary>
    [Range(1, 20)]
    public int MaxAttempts { get; set; } = 4;

    /// <summary>How long one attempt may take.</summary>
    [Range(0.05, 120)]
    public double AttemptTimeoutSeconds { get; set; } = 3;

    /// <summary>The pause after the first attempt; it doubles with each further one.</summary>
    [Range(1, 60_000)]
    public int FirstPauseMilliseconds { get; set; } = 100;

    /// <summary>The longest pause between two attempts.</summary>
    [Range(1, 600_000)]
    public int MaxPauseMilliseconds { get; set; } = 2_000;

    /// <summary>Signatures that are asked of one key at a time; more wait.</summary>
    [Range(1, 1_000)]
    public int MaxConcurrency { get; set; } = 8;

    /// <summary>A key that was not used for so long is asked whether it still signs; 0: never. One that does not sign is asked all the time.</summary>
    [Range(0, 86_400)]
    public int ProbeSeconds { get; set; } = 300;

    public KeyServicePolicy ToPolicy() => new()
    {
        MaxAttempts = MaxAttempts,
        AttemptTimeout = TimeSpan.FromSeconds(AttemptTimeoutSeconds),
        FirstPause = TimeSpan.FromMilliseconds(FirstPauseMilliseconds),
        MaxPause = TimeSpan.FromMilliseconds(MaxPauseMilliseconds),
        MaxConcurrency = MaxConcurrency,
    };
}

/// <summary>Generated from the attributes.</summary>
[OptionsValidator]
internal sealed partial class KeyServiceOptionsValidator : IValidateOptions<KeyServiceOptions>;
