using System.ComponentModel.DataAnnotations;
using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Options;

namespace Bundler.Paymaster.Deposits;

/// <summary>How the deposits of our paymasters are watched.</summary>
public sealed class DepositOptions
{
    public const string Section = "Bundler:Sponsor:Deposits";

    /// <summary>Between two looks at a deposit: whatever has changed it is seen by then. At most half of the time after which a look is too old for /health/sponsor.</summary>
    [Range(1, 150)]
    public int LookSeconds { get; set; } = 10;

    /// <summary>A deposit with less raises an alarm, wei; 0: only one that its grants exceed does.</summary>
    public string LowWei { get; set; } = "0";

    /// <summary>The amount, read; the options are to be validated first.</summary>
    public UInt256 Low => UInt256.ParseDecimal(LowWei);
}

/// <summary>Generated from the attributes.</summary>
[OptionsValidator]
internal sealed partial class DepositOptionsRanges : IValidateOptions<DepositOptions>;

/// <summary>The amount is readable.</summary>
internal sealed class DepositOptionsAmounts : IValidateOptions<DepositOptions>
{
    public ValidateOptionsResult Validate(string? name, DepositOptions options)
    {
        try
        {
            _ = options.Low;
            return ValidateOptionsResult.Success;
        }
        catch (CodecException malformed)
        {
            return ValidateOptionsResult.Fail($"{nameof(DepositOptions.LowWei)}: {malformed.Message}");
        }
    }
}
