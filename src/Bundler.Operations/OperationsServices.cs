using Bundler.Operations.Funds;
using Bundler.Operations.Watch;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Bundler.Operations;

/// <summary>What an operator would otherwise do by hand, in a host.</summary>
public static class OperationsServices
{
    /// <summary>Needs the engine's rooms, the signers and their <see cref="Signing.Guard.SignerGuardLimits"/>.</summary>
    public static IServiceCollection AddOperations(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<FundsOptions>().Bind(configuration.GetSection(FundsOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<FundsOptions>, FundsOptionsRanges>();
        services.AddSingleton<IValidateOptions<FundsOptions>, FundsOptionsBand>();
        services.AddHostedService<SignerWatchLoop>();
        services.AddSingleton<FundsBook>();
        services.AddSingleton<TransferDesk>();
        services.AddHostedService<FundsLoop>();
        return services;
    }
}
