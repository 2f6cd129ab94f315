using Bundler.Engine.Reputation;
using Bundler.Engine.Validation.Tracing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Bundler.Engine.Validation;

/// <summary>The room in which operations are validated.</summary>
public static class ValidationServices
{
    /// <summary>Needs EthClient, DebugClient, ChainProfile and a TimeProvider from the rooms before.</summary>
    public static IServiceCollection AddValidation(this IServiceCollection services)
    {
        services.AddOptions<ValidationOptions>().BindConfiguration(ValidationOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ValidationOptions>, ValidationOptionsValidator>();
        services.TryAddSingleton<StakePolicy>();
        services.AddSingleton<StateReader>();
        services.AddSingleton<FactReader>();
        services.AddSingleton<CodeReader>();
        services.AddSingleton<AggregatorDesk>();
        services.AddSingleton<AltMempools>();
        services.AddSingleton<TracerProbe>();
        services.AddSingleton<ProbedTraceSource>();
        services.AddSingleton<ITraceSource>(provider => provider.GetRequiredService<ProbedTraceSource>());
        services.AddSingleton<OperationValidator>();
        services.AddSingleton<BundleValidator>();
        return services;
    }
}
