using Bundler.Engine.Chain;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.JsonRpc;
using Bundler.Node.Health;
using Microsoft.Extensions.Options;

namespace Bundler.Node;

/// <summary>The way to the Ethereum node: one transport in layers, and the clients that speak through it.</summary>
internal static class EthereumServices
{
    public static IServiceCollection AddEthereum(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<EthereumOptions>().Bind(configuration.GetSection(EthereumOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<EthereumOptions>, EthereumOptionsValidator>();
        services.AddSingleton<RequestCounter>();
        services.AddSingleton<NodeContact>();
        services.AddSingleton(provider => Http(Options(provider), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IJsonRpcTransport>(Transport);
        services.AddSingleton<EthClient>();
        services.AddSingleton<DebugClient>();
        services.AddSingleton<NodeSocket>();
        services.AddSingleton(Heads);
        return services;
    }

    private static EthereumOptions Options(IServiceProvider provider) => provider.GetRequiredService<IOptions<EthereumOptions>>().Value;

    private static HttpTransport Http(EthereumOptions options, TimeProvider clock) => new(
        new HttpTransportOptions
        {
            Url = new Uri(options.Url),
            Timeout = TimeSpan.FromSeconds(options.TimeoutSeconds),
            MaxBatchSize = options.MaxBatchSize,
            MaxConnections = options.MaxConnections,
            Headers = options.Headers.AsReadOnly(),
        },
        clock);

    // From the outside in: repeat, count, remember when the node spoke, send.
    private static RetryTransport Transport(IServiceProvider provider)
    {
        TimeProvider clock = provider.GetRequiredService<TimeProvider>();
        ContactTransport contact = new(provider.GetRequiredService<HttpTransport>(), provider.GetRequiredService<NodeContact>(), clock);
        CountingTransport counting = new(contact, provider.GetRequiredService<RequestCounter>());
        return new RetryTransport(counting, new RetryOptions { MaxAttempts = Options(provider).MaxAttempts }, clock);
    }

    private static HeadSource Heads(IServiceProvider provider)
    {
        double blockTimeSeconds = provider.GetRequiredService<ChainProfile>().BlockTimeSeconds;
        return new HeadSource(
            provider.GetRequiredService<EthClient>(),
            provider.GetRequiredService<NodeSocket>().Transport,
            new HeadSourceOptions { PollInterval = Options(provider).PollInterval(blockTimeSeconds) },
            provider.GetRequiredService<TimeProvider>());
    }
}
