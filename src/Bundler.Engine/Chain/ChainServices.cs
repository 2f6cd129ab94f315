using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Bundler.Engine.Chain;

/// <summary>The chain's part of the configuration, which is read before any room is there.</summary>
public static class ChainServices
{
    public static IServiceCollection AddChainOptions(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<ChainOptions>().Bind(configuration.GetSection(ChainOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ChainOptions>, ChainOptionsValidator>();
        return services;
    }
}
