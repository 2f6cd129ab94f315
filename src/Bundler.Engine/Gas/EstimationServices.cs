using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Bundler.Engine.Gas;

/// <summary>The part of the gas room that answers eth_estimateUserOperationGas.</summary>
public static class EstimationServices
{
    /// <summary>Needs EthClient, DebugClient, ITraceSource, FeeOracle, PreVerificationGasPolicy and ValidationOptions from elsewhere.</summary>
    public static IServiceCollection AddEstimation(this IServiceCollection services)
    {
        services.AddOptions<EstimationOptions>().BindConfiguration(EstimationOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<EstimationOptions>, EstimationOptionsValidator>();
        services.AddSingleton<EntryPointCode>();
        services.AddSingleton<StateAhead>();
        services.AddSingleton<DeedTracer>();
        services.AddSingleton<GasEstimator>();
        services.AddSingleton<PostOpTrial>();
        return services;
    }
}
