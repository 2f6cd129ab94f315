using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Bundler.Signing;

/// <summary>Puts the <see cref="Keyring"/> into a host.</summary>
public static class SigningServices
{
    public static IServiceCollection AddSigning(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<SigningOptions>().Bind(configuration.GetSection(SigningOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<SigningOptions>, SigningOptionsValidator>();
        services.AddSingleton(provider => SignerCatalog.Open(provider.GetRequiredService<IOptions<SigningOptions>>().Value));
        return services;
    }
}
