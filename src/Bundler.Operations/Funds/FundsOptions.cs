using System.ComponentModel.DataAnnotations;
using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Options;

namespace Bundler.Operations.Funds;

/// <summary>What becomes of the signers' funds: profit above a band goes to a treasury, a poor signer is topped up. Off unless configured.</summary>
public sealed class FundsOptions
{
    public const string Section = "Bundler:Funds";

    /// <summary>Where profit goes; empty: it stays with the signers.</summary>
    public string Treasury { get; set; } = "";

    /// <summary>A signer with more is swept, wei.</summary>
    public string SweepAboveWei { get; set; } = "0";

    /// <summary>… down to this, wei.</summary>
    public string SweepToWei { get; set; } = "0";

    /// <summary>The most that all signers together send to the treasury within any 24 hours, wei.</summary>
    public string MaxSweepPerDayWei { get; set; } = "0";

    /// <summary>A signer with less is topped up, wei; 0: none is.</summary>
    public string FundBelowWei { get; set; } = "0";

    /// <summary>… up to this, wei.</summary>
    public string FundToWei { get; set; } = "0";

    /// <summary>The most that tops up signers within any 24 hours, wei.</summary>
    public string MaxTopUpPerDayWei { get; set; } = "0";

    /// <summary>The configured key that tops up the others and sends no bundles; empty: the richest of the others does.</summary>
    public string FundingSigner { get; set; } = "";

    /// <summary>Between two looks at the balances.</summary>
    [Range(0.1, 86_400)]
    public double CheckSeconds { get; set; } = 30;

    /// <summary>The addresses and amounts, read; the options are to be validated first.</summary>
    /// <exception cref="CodecException">One of them is malformed.</exception>
    public FundsBand ToBand() => new()
    {
        Treasury = Treasury.Length == 0 ? null : Address.ParseChecksummed(Treasury),
        SweepAbove = UInt256.ParseDecimal(SweepAboveWei),
        SweepTo = UInt256.ParseDecimal(SweepToWei),
        MaxSweepPerDay = UInt256.ParseDecimal(MaxSweepPerDayWei),
        FundBelow = UInt256.ParseDecimal(FundBelowWei),
        FundTo = UInt256.ParseDecimal(FundToWei),
        MaxTopUpPerDay = UInt256.ParseDecimal(MaxTopUpPerDayWei),
        FundingSigner = FundingSigner.Length == 0 ? null : Address.ParseChecksummed(FundingSigner),
    };
}

/// <summary>Generated from the attributes.</summary>
[OptionsValidator]
internal sealed partial class FundsOptionsRanges : IValidateOptions<FundsOptions>;

/// <summary>The addresses and amounts are readable, and the bands make sense.</summary>
internal sealed class FundsOptionsBand : IValidateOptions<FundsOptions>
{
    public ValidateOptionsResult Validate(string? name, FundsOptions options)
    {
        try
        {
            string[] faults = [.. options.ToBand().Faults()];
            return faults.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
        }
        catch (CodecException malformed)
        {
            return ValidateOptionsResult.Fail($"an address or amount is malformed: {malformed.Message}");
        }
    }
}
