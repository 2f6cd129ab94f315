using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Bundler.Engine.Admission;

/// <summary>Bounds that an operation meets before anything is simulated; gas in gas, sizes in bytes.</summary>
public sealed class AdmissionOptions
{
    public const string Section = "Bundler:Admission";

    /// <summary>MAX_USEROP_SIZE (LIM-010).</summary>
    [Range(1_000, 131_072)]
    public int MaxOperationBytes { get; set; } = 8_192;

    /// <summary>The least callGasLimit; ERC-4337 names the cost of a CALL with value (9,100), but smaller calls exist and are estimated to the point.</summary>
    [Range(0, 100_000)]
    public uint MinCallGasLimit { get; set; }

    /// <summary>Seconds that an operation stays before its sender may withdraw it: its validation was work, and a bundle may pay for that.</summary>
    [Range(0, 3_600)]
    public int MinWithdrawalAgeSeconds { get; set; } = 5;

    /// <summary>How many operations are validated at a time. Others wait here and not in the Ethereum node, where they would hold up bundles.</summary>
    [Range(1, 1_000)]
    public int MaxConcurrentValidations { get; set; } = 8;
}

[OptionsValidator]
internal sealed partial class AdmissionOptionsValidator : IValidateOptions<AdmissionOptions>;
