using Bundler.Engine.Chain;
using Bundler.Ethereum.Access;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.JsonRpc;
using Microsoft.Extensions.Options;

namespace Bundler.Node;

/// <summary>The way to the chain: its endpoints, what chooses among them, and the clients that speak through it.</summary>
internal static class EthereumServices
{
    /// <summary>A quiet socket is doubted after so many block times, within these bounds.</summary>
    private const double SilentBlocks = 8;

    private static readonly TimeSpan _shortestSilence = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan _longestSilence = TimeSpan.FromSeconds(30);

    public static IServiceCollection AddEthereum(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<EthereumOptions>().Bind(configuration.GetSection(EthereumOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<EthereumOptions>, EthereumOptionsValidator>();
        services.AddSingleton<RequestCounter>();
        services.AddSingleton<ConfiguredEndpoints>();
        services.AddSingleton(provider => provider.GetRequiredService<ConfiguredEndpoints>().Pool);
        services.AddSingleton<EndpointProbe>();
        services.AddSingleton<FailoverTransport>();
        services.AddSingleton<IJsonRpcTransport>(provider =>
            new CoalescingTransport(provider.GetRequiredService<FailoverTransport>(), provider.GetRequiredService<EndpointPool>()));
        services.AddSingleton<EthClient>();
        services.AddSingleton<DebugClient>();
        services.AddSingleton(Heads);
        services.AddSingleton(provider => new EndpointWatchOptions
        {
            Interval = TimeSpan.FromSeconds(provider.GetRequiredService<IOptions<EthereumOptions>>().Value.ProbeSeconds),
        });
        return services;
    }

    private static HeadSource Heads(IServiceProvider provider)
    {
        double blockTimeSeconds = provider.GetRequiredService<ChainProfile>().BlockTimeSeconds;
        return new HeadSource(
            provider.GetRequiredService<EthClient>(),
            provider.GetRequiredService<EndpointPool>(),
            new HeadSourceOptions
            {
                PollInterval = provider.GetRequiredService<IOptions<EthereumOptions>>().Value.PollInterval(blockTimeSeconds),
                SilenceLimit = TimeSpan.FromSeconds(Math.Clamp(SilentBlocks * blockTimeSeconds, _shortestSilence.TotalSeconds, _longestSilence.TotalSeconds)),
            },
            provider.GetRequiredService<TimeProvider>());
    }
}
