using System.Collections.Frozen;
using System.ComponentModel.DataAnnotations;
using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Options;

namespace Bundler.Engine.Reputation;

/// <summary>Addresses that the operator judges himself.</summary>
public sealed class ReputationOptions : IValidatableObject
{
    public const string Section = "Bundler:Reputation";

    /// <summary>Addresses that are never throttled or banned.</summary>
    public string[] Allow { get; set; } = [];

    /// <summary>Addresses whose operations are never taken.</summary>
    public string[] Deny { get; set; } = [];

    internal ReputationLists Lists => new(Parse(Allow), Parse(Deny));

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (string text in Allow.Concat(Deny))
        {
            if (!IsAddress(text))
            {
                yield return new ValidationResult($"{Section}: {text} is not an address");
            }
        }
    }

    private static FrozenSet<Address> Parse(string[] addresses) => addresses.Select(address => Address.Parse(address)).ToFrozenSet();

    private static bool IsAddress(string text)
    {
        try
        {
            Address.Parse(text);
            return true;
        }
        catch (CodecException)
        {
            return false;
        }
    }
}

[OptionsValidator]
internal sealed partial class ReputationOptionsValidator : IValidateOptions<ReputationOptions>;
