using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Bundler.Engine.Retention;

/// <summary>The room that keeps the store small.</summary>
internal static class RetentionServices
{
    public static IServiceCollection AddRetention(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddRoom<RetentionOptions, RetentionOptionsValidator>(configuration, RetentionOptions.Section);
        services.AddSingleton<IValidateOptions<RetentionOptions>, RetentionOptionsRules>();
        services.AddSingleton<RetentionMetrics>();
        services.AddSingleton<RetentionChain>();
        services.AddSingleton<FleetVersions>();
        services.AddSingleton<RetentionRound>();
        return services;
    }
}
