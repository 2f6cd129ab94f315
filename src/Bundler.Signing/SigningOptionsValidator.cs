using Bundler.Signing.LocalKey;
using Microsoft.Extensions.Options;

namespace Bundler.Signing;

/// <summary>
/// Looks at every configured key, and opens those that need no service once, so that the start fails with a sentence instead of the first
/// bundle.
/// </summary>
internal sealed class SigningOptionsValidator : IValidateOptions<SigningOptions>
{
    public ValidateOptionsResult Validate(string? name, SigningOptions options)
    {
        List<string> faults = [.. SigningOptionsRules.Find(options)];
        if (new SigningOptionsRanges().Validate(name, options) is { Failed: true, Failures: { } ranges })
        {
            faults.AddRange(ranges);
        }

        if (faults.Count == 0 && LocalFault(options) is { } fault)
        {
            faults.Add(fault);
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static string? LocalFault(SigningOptions options)
    {
        List<NamedSigner> opened = [];
        try
        {
            opened.AddRange(SignerCatalog.OpenLocal(options));
            return null;
        }
        catch (KeyFileException fault)
        {
            return fault.Message;
        }
        finally
        {
            new Keyring(opened).Dispose();
        }
    }
}

/// <summary>Generated from the attributes.</summary>
[OptionsValidator]
internal sealed partial class SigningOptionsRanges : IValidateOptions<SigningOptions>;
