using Bundler.Signing.Grants;
using Bundler.Signing.Guard;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Bundler.Signing;

/// <summary>Puts the <see cref="Keyring"/> and the guards before its keys into a host.</summary>
public static class SigningServices
{
    /// <summary>The guards need <see cref="SignerGuardLimits"/>, which the host derives from its chain.</summary>
    public static IServiceCollection AddSigning(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<SigningOptions>().Bind(configuration.GetSection(SigningOptions.Section)).ValidateOnStart();
        services.AddOptions<KeyServiceOptions>().Bind(configuration.GetSection(KeyServiceOptions.Section)).ValidateOnStart();
        services.AddOptions<SignerGuardOptions>().Bind(configuration.GetSection(SignerGuardOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<SigningOptions>, SigningOptionsValidator>();
        services.AddSingleton<IValidateOptions<KeyServiceOptions>, KeyServiceOptionsValidator>();
        services.AddSingleton<IValidateOptions<SignerGuardOptions>, SignerGuardOptionsValidator>();
        services.AddSingleton<IValidateOptions<SignerGuardOptions>, SignerGuardAddresses>();
        services.AddLogging();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider => SignerCatalog.Open(ValueOf<SigningOptions>(provider), SurroundingsOf(provider)));
        services.AddSingleton<GuardedKeyring>();
        return services;
    }

    /// <summary>The keys that sign grants. Their guards need <see cref="GrantGuardLimits"/>, which the host derives from its paymasters.</summary>
    public static IServiceCollection AddGrantSigning(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<GrantSigningOptions>().Bind(configuration.GetSection(GrantSigningOptions.Section)).ValidateOnStart();
        services.AddOptions<GrantGuardOptions>().Bind(configuration.GetSection(GrantGuardOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<GrantSigningOptions>, GrantSigningOptionsValidator>();
        services.AddSingleton<IValidateOptions<GrantGuardOptions>, GrantGuardOptionsValidator>();
        services.AddSingleton(provider => new OpenGrantKeys(SignerCatalog.Open(ValueOf<GrantSigningOptions>(provider), SurroundingsOf(provider))));
        services.AddSingleton<GrantKeyring>();
        return services;
    }

    private static SignerSurroundings SurroundingsOf(IServiceProvider provider) => new(
        ValueOf<KeyServiceOptions>(provider).ToPolicy(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILoggerFactory>());

    private static T ValueOf<T>(IServiceProvider provider)
        where T : class => provider.GetRequiredService<IOptions<T>>().Value;
}
