using Microsoft.Extensions.Options;

namespace Bundler.Signing.Grants;

/// <summary>The keys that sign grants, of the same kinds as those that sign bundles; never one that does both.</summary>
public sealed class GrantSigningOptions : SigningOptions
{
    public new const string Section = "Bundler:GrantSigning";
}

/// <summary>As for the keys of bundles.</summary>
internal sealed class GrantSigningOptionsValidator : IValidateOptions<GrantSigningOptions>
{
    private readonly SigningOptionsValidator _validator = new();

    public ValidateOptionsResult Validate(string? name, GrantSigningOptions options) => _validator.Validate(name, options);
}
