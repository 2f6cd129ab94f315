using Bundler.Operations.Watch;
using Microsoft.Extensions.DependencyInjection;

namespace Bundler.Operations;

/// <summary>What an operator would otherwise do by hand, in a host.</summary>
public static class OperationsServices
{
    /// <summary>Needs the engine's rooms and the signers.</summary>
    public static IServiceCollection AddOperations(this IServiceCollection services)
    {
        services.AddHostedService<SignerWatchLoop>();
        return services;
    }
}
