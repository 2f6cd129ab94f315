using System.Net;
using Bundler.Engine;
using Bundler.Engine.Chain;
using Bundler.Engine.Fleet;
using Bundler.Engine.Pool;
using Bundler.Paymaster.Keys;
using Bundler.Rpc.Access;
using Bundler.Rpc.JsonRpc;
using Bundler.Rpc.Methods;
using Bundler.Rpc.Methods.Sponsor;
using Bundler.Rpc.Rest;
using Bundler.Rpc.Rest.Ledger;
using Bundler.Rpc.Rest.Prometheus;
using Bundler.Rpc.Rest.Sponsor;
using Bundler.Rpc.Subscriptions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Bundler.Rpc;

/// <summary>Puts the RPC into a host: services, the listening address, routes.</summary>
public static class RpcServices
{
    private const int MaxHeaderBytes = 16 * 1_024;
    private static readonly TimeSpan _headersTimeout = TimeSpan.FromSeconds(10);
    private static readonly string[] _jsonRpcPaths = ["/", "/rpc"];
    private static readonly string[] _webSocketPaths = ["/", "/ws"];

    /// <summary>Needs <see cref="NodeDescription"/> and what the methods of <see cref="MethodCatalog"/> ask for.</summary>
    public static IServiceCollection AddRpc(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<RpcOptions>().Bind(configuration.GetSection(RpcOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<RpcOptions>, RpcOptionsValidator>();
        services.AddOptions<WebSocketOptions>().Configure<IOptions<RpcOptions>>(KeepAlive);
        services.AddOptions<KestrelServerOptions>().Configure<IOptions<RpcOptions>, IOptions<FleetOptions>, OperatorListener>(Listen);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<NamespaceGate>();
        services.AddSingleton<OperatorListener>();
        services.AddSingleton<OperatorGate>();
        services.AddSingleton<EntryPointParameter>();
        services.AddSingleton<OperationDoor>();
        services.AddSingleton<SponsorParameters>();
        services.AddSingleton<CorsOrigins>();
        services.AddSingleton(KeyPolicyOf);
        services.AddSingleton<KeyDesk>();
        services.AddSingleton(provider => new MethodCatalog(MethodCatalog.All(provider), provider.GetRequiredService<NamespaceGate>()));
        services.TryAddSingleton<Drain>();
        services.AddSingleton<JsonRpcProcessor>();
        services.AddSingleton<JsonRpcEndpoint>();
        services.AddSingleton<WebSocketEndpoint>();
        services.AddSingleton<HealthRoutes>();
        services.AddSingleton<OpenRpcRoutes>();
        services.AddSingleton<BackfillRound>();
        services.AddSingleton<LedgerRoutes>();
        services.AddSingleton<HistoryRoutes>();
        services.AddSingleton<NodesRoutes>();
        services.AddSingleton<SponsorRoutes>();
        services.AddSingleton<KeysRoutes>();
        services.AddSingleton<PrometheusText>();
        services.AddSingleton<MetricsRoute>();
        services.TryAddSingleton<OperationFeed>();
        services.AddSingleton<OperationSubscriptions>();
        services.AddHostedService<SubscriptionLoop>();
        return services;
    }

    /// <summary>JSON-RPC at <c>/</c> and <c>/rpc</c>, over WebSocket at <c>/ws</c> and <c>/</c>, each also with an API key as a last part of the path, health at <c>/health/live</c> and <c>/health/ready</c>, the OpenRPC document at <c>/openrpc.json</c>; at the operators' address also the ledger, the nodes of the fleet, sponsoring, API keys, the metrics and back-filling.</summary>
    public static IEndpointRouteBuilder MapRpc(this IEndpointRouteBuilder endpoints)
    {
        JsonRpcEndpoint jsonRpc = endpoints.ServiceProvider.GetRequiredService<JsonRpcEndpoint>();
        CorsOrigins origins = endpoints.ServiceProvider.GetRequiredService<CorsOrigins>();
        foreach (string path in _jsonRpcPaths)
        {
            endpoints.MapMethods(path, [HttpMethods.Post], OperatorListener.Public(jsonRpc.HandleAsync));
            endpoints.MapMethods(path, [HttpMethods.Options], OperatorListener.Public(origins.AnswerPreflightAsync));
            endpoints.MapMethods(KeyPath.With(path), [HttpMethods.Post], OperatorListener.Public(KeyPath.Only(jsonRpc.HandleAsync)));
            endpoints.MapMethods(KeyPath.With(path), [HttpMethods.Options], OperatorListener.Public(KeyPath.Only(origins.AnswerPreflightAsync)));
        }

        WebSocketEndpoint webSocket = endpoints.ServiceProvider.GetRequiredService<WebSocketEndpoint>();
        RequestDelegate upgrade = endpoints.CreateApplicationBuilder().UseWebSockets().Use(_ => webSocket.HandleAsync).Build();
        foreach (string path in _webSocketPaths)
        {
            endpoints.MapMethods(path, [HttpMethods.Get], OperatorListener.Public(upgrade));
            endpoints.MapMethods(KeyPath.With(path), [HttpMethods.Get], OperatorListener.Public(KeyPath.Only(upgrade)));
        }

        endpoints.ServiceProvider.GetRequiredService<HealthRoutes>().Map(endpoints);
        endpoints.ServiceProvider.GetRequiredService<OpenRpcRoutes>().Map(endpoints);
        if (endpoints.ServiceProvider.GetRequiredService<OperatorListener>().Address is not null)
        {
            endpoints.ServiceProvider.GetRequiredService<LedgerRoutes>().Map(endpoints);
            endpoints.ServiceProvider.GetRequiredService<HistoryRoutes>().Map(endpoints);
            endpoints.ServiceProvider.GetRequiredService<NodesRoutes>().Map(endpoints);
            endpoints.ServiceProvider.GetRequiredService<SponsorRoutes>().Map(endpoints);
            endpoints.ServiceProvider.GetRequiredService<KeysRoutes>().Map(endpoints);
            endpoints.ServiceProvider.GetRequiredService<MetricsRoute>().Map(endpoints);
        }

        return endpoints;
    }

    /// <summary>Without a key one may spend only what has no value, and only from this machine.</summary>
    private static KeyPolicy KeyPolicyOf(IServiceProvider services) => new(
        services.GetService<ChainProfile>() is { Development: true }
        && IPAddress.TryParse(services.GetRequiredService<IOptions<RpcOptions>>().Value.Host, out IPAddress? host) && IPAddress.IsLoopback(host));

    private static void KeepAlive(WebSocketOptions sockets, IOptions<RpcOptions> options)
    {
        sockets.KeepAliveInterval = TimeSpan.FromSeconds(options.Value.SocketPingSeconds);
        sockets.KeepAliveTimeout = sockets.KeepAliveInterval;
    }

    private static void Listen(KestrelServerOptions kestrel, IOptions<RpcOptions> options, IOptions<FleetOptions> fleet, OperatorListener operators)
    {
        RpcOptions rpc = options.Value;
        kestrel.AddServerHeader = false;
        kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(rpc.IdleConnectionSeconds);
        kestrel.Limits.MaxRequestHeadersTotalSize = MaxHeaderBytes;
        kestrel.Limits.RequestHeadersTimeout = _headersTimeout;

        // Routes that are not JSON-RPC have no bodies worth speaking of; JsonRpcEndpoint counts for itself, to answer with JSON.
        kestrel.Limits.MaxRequestBodySize = null;
        if (fleet.Value.RoleSet.HasFlag(NodeRoles.Rpc))
        {
            ListenPublicly(kestrel, rpc);
        }

        operators.Listen(kestrel, new ConnectionGate(rpc.MaxOperatorConnections, rpc.MaxOperatorConnections));
    }

    private static void ListenPublicly(KestrelServerOptions kestrel, RpcOptions rpc)
    {
        ConnectionGate everybody = new(rpc.MaxConnections, rpc.MaxConnectionsPerAddress);
        if (rpc.Host == RpcOptions.EveryAddress)
        {
            kestrel.ListenAnyIP(rpc.Port, everybody.Guard);
        }
        else
        {
            kestrel.Listen(IPAddress.Parse(rpc.Host), rpc.Port, everybody.Guard);
        }
    }
}
