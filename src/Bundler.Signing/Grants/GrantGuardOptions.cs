using System.ComponentModel.DataAnnotations;
using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Options;

namespace Bundler.Signing.Grants;

/// <summary>What a key for grants may sign at most, whatever policies say; chain and paymasters follow from the rest of the configuration.</summary>
public sealed class GrantGuardOptions
{
    public const string Section = "Bundler:GrantGuard";

    /// <summary>wei that one grant can cost.</summary>
    [RegularExpression(Wei.Pattern, ErrorMessage = $"{nameof(MaxWeiPerGrant)} {Wei.Rule}")]
    public string MaxWeiPerGrant { get; set; } = "50000000000000000";

    /// <summary>wei that all grants of one key within any hour can cost.</summary>
    [RegularExpression(Wei.Pattern, ErrorMessage = $"{nameof(MaxWeiPerHour)} {Wei.Rule}")]
    public string MaxWeiPerHour { get; set; } = "1000000000000000000";

    /// <summary>From now to the last second of a grant.</summary>
    [Range(60, 7_200)]
    public int LongestWindowSeconds { get; set; } = 3_660;

    /// <summary>Signatures of one key within any minute.</summary>
    [Range(1, 100_000)]
    public int MaxPerMinute { get; set; } = 6_000;

    /// <summary>The whole policy of the guards.</summary>
    /// <param name="chainId">EIP-155 chain id.</param>
    /// <param name="signerOf">The paymasters, each with the key that signs for it.</param>
    public GrantGuardLimits ToLimits(UInt256 chainId, IReadOnlyDictionary<Address, Address> signerOf) => new()
    {
        ChainId = chainId,
        SignerOf = signerOf,
        MaxWeiPerGrant = UInt256.ParseDecimal(MaxWeiPerGrant),
        MaxWeiPerHour = UInt256.ParseDecimal(MaxWeiPerHour),
        LongestWindow = TimeSpan.FromSeconds(LongestWindowSeconds),
        MaxPerMinute = MaxPerMinute,
    };

    private static class Wei
    {
        public const string Pattern = "^[0-9]{1,60}$";
        public const string Rule = "must be a whole number of wei";
    }
}

/// <summary>Generated from the attributes.</summary>
[OptionsValidator]
internal sealed partial class GrantGuardOptionsValidator : IValidateOptions<GrantGuardOptions>;
