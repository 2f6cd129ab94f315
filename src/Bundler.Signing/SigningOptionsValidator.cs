using Microsoft.Extensions.Options;

namespace Bundler.Signing;

/// <summary>Opens every configured signer once, so that the start fails with a sentence instead of the first bundle.</summary>
internal sealed class SigningOptionsValidator : IValidateOptions<SigningOptions>
{
    public ValidateOptionsResult Validate(string? name, SigningOptions options)
    {
        try
        {
            using Keyring opened = SignerCatalog.Open(options);
            return ValidateOptionsResult.Success;
        }
        catch (LocalKey.KeyFileException fault)
        {
            return ValidateOptionsResult.Fail(fault.Message);
        }
    }
}
