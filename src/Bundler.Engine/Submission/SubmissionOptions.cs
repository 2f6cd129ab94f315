using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Bundler.Engine.Submission;

/// <summary>How bundles are sent, replaced and cancelled.</summary>
public sealed class SubmissionOptions
{
    public const string Section = "Bundler:Submission";

    /// <summary>
    /// The most bundles that one signer has in flight, with nonces that follow each other. Nodes hold a bounded number of transactions of one
    /// account (geth guarantees 16).
    /// </summary>
    [Range(1, 16)]
    public int MaxBundlesInFlight { get; set; } = 6;

    /// <summary>A bundle that is not mined by then is replaced by one that pays more. On BSC 5 s are eleven blocks.</summary>
    [Range(0.5, 3_600)]
    public double ReplaceAfterSeconds { get; set; } = 5;

    /// <summary>… but on chains with slow blocks not before so many block times.</summary>
    [Range(0, 100)]
    public double ReplaceAfterBlockTimes { get; set; } = 2.5;

    /// <summary>A bundle that is not mined by then is cancelled, and its operations go back to the mempool.</summary>
    [Range(1, 86_400)]
    public double DeadlineSeconds { get; set; } = 60;

    /// <summary>How often a bundle is replaced at most.</summary>
    [Range(0, 100)]
    public int MaxReplacements { get; set; } = 8;

    /// <summary>Both fees of a replacement rise by at least this; nodes ask for 10.</summary>
    [Range(10, 1_000)]
    public int PriceBumpPercent { get; set; } = 12;

    /// <summary>How many cancellations of one bundle are signed at most, each paying more.</summary>
    [Range(1, 100)]
    public int MaxCancellations { get; set; } = 10;

    /// <summary>The most that a cancellation pays, wei per gas.</summary>
    [Range(1, long.MaxValue)]
    public long MaxCancellationFeeWei { get; set; } = 500_000_000_000;

    /// <summary>A signer with less does not sign, wei.</summary>
    [Range(0, long.MaxValue)]
    public long MinSignerBalanceWei { get; set; } = 5_000_000_000_000_000;

    /// <summary>How long balance and nonce of an idle signer are believed.</summary>
    [Range(1, 3_600)]
    public double SignerRefreshSeconds { get; set; } = 10;

    /// <summary>A signer whose key somebody else uses rests until no foreign transaction has come for so long, or up to twice as long.</summary>
    [Range(1, 3_600)]
    public double ForeignQuietSeconds { get; set; } = 15;
}

[OptionsValidator]
internal sealed partial class SubmissionOptionsValidator : IValidateOptions<SubmissionOptions>;
