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

    /// <summary>How many of them, estimates included, one connection has at a time.</summary>
    [Range(1, 1_000)]
    public int MaxTurnsPerClient { get; set; } = 6;

    /// <summary>How many of them a connection leaves free for others after it was dear; the connections of one address together always leave half of it.</summary>
    [Range(0, 1_000)]
    public int TurnsKeptFree { get; set; } = 2;

    /// <summary>Who kept validations busy for so long lately (half is forgotten every 10 s) is dear.</summary>
    [Range(1, 3_600)]
    public int DearAfterSeconds { get; set; } = 5;

    /// <summary>How many wait for a validation, over all connections; one more takes the place of whoever had the most, or is answered with -32005.</summary>
    [Range(1, 100_000)]
    public int MaxWaitingValidations { get; set; } = 512;

    /// <summary>How many of one connection wait for a validation; one more is answered with -32005.</summary>
    [Range(1, 100_000)]
    public int MaxWaitingPerClient { get; set; } = 64;
}

[OptionsValidator]
internal sealed partial class AdmissionOptionsValidator : IValidateOptions<AdmissionOptions>;
