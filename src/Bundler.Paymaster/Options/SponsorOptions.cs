using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Bundler.Paymaster.Options;

/// <summary>Whether and for whom the node pays. Off unless configured.</summary>
public sealed class SponsorOptions
{
    public const string Section = "Bundler:Sponsor";

    /// <summary>Whether the pm_ methods exist.</summary>
    public bool Enabled { get; set; }

    /// <summary>Any name → a paymaster that the node signs for; at most one for each EntryPoint.</summary>
    public IDictionary<string, PaymasterOptions> Paymasters { get; } = new Dictionary<string, PaymasterOptions>(StringComparer.OrdinalIgnoreCase);

    /// <summary>For how long a grant holds, unless less is asked for.</summary>
    [Range(30, 3_600)]
    public int WindowSeconds { get; set; } = 600;

    /// <summary>A grant holds from so long before the newest block, for chains that step back a little.</summary>
    [Range(0, 600)]
    public int SkewSeconds { get; set; } = 60;

    /// <summary>preVerificationGas is paid for up to this percentage of what the node itself would answer to an estimate.</summary>
    [Range(100, 1_000)]
    public int MaxPreVerificationGasPercent { get; set; } = 110;

    /// <summary>maxFeePerGas and maxPriorityFeePerGas are paid for up to this percentage of the fastest fees that the node suggests.</summary>
    [Range(100, 10_000)]
    public int MaxFeePercent { get; set; } = 300;

    /// <summary>How wallets call who pays (ERC-7677); empty: they do not.</summary>
    [MaxLength(100)]
    public string Name { get; set; } = "";

    /// <summary>An image for wallets to show beside the name: a data URI, as ERC-7677 wants it.</summary>
    [RegularExpression("^$|^data:image/.*", ErrorMessage = $"{nameof(Icon)} must be a data URI of an image")]
    [MaxLength(32_768)]
    public string Icon { get; set; } = "";
}

/// <summary>Generated from the attributes.</summary>
[OptionsValidator]
internal sealed partial class SponsorOptionsRanges : IValidateOptions<SponsorOptions>;
