using System.Reflection;
using Bundler.Engine;
using Bundler.Engine.Bundling;
using Bundler.Engine.Chain;
using Bundler.Engine.Development;
using Bundler.Engine.Fleet;
using Bundler.Engine.Validation.Tracing;
using Bundler.Node.Health;
using Bundler.Node.Startup;
using Bundler.Node.Telemetry;
using Bundler.Operations;
using Bundler.Paymaster;
using Bundler.Rpc;
using Bundler.Rpc.Rest;
using Bundler.Signing;
using Bundler.Storage;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace Bundler.Node;

/// <summary>Puts the rooms of the node together.</summary>
internal static class NodeServices
{
    private static readonly TimeSpan _shutdownTimeout = TimeSpan.FromSeconds(8);

    /// <summary>name/version, as in web3_clientVersion.</summary>
    public static string Version { get; } = $"bundler/{typeof(NodeServices).Assembly.GetName().Version!.ToString(3)}";

    /// <summary>The same with the revision that it was built from, where the build knew it: by this the nodes of a fleet tell whether they are alike.</summary>
    public static string Build { get; } = $"bundler/{typeof(NodeServices).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion}";

    /// <summary>A node that can start: the rooms, and what was decided before.</summary>
    public static IServiceCollection AddNode(this IServiceCollection services, PreparedNode node)
    {
        services.AddSingleton(node.Profile);
        services.AddSingleton(node.EntryPoints);
        services.AddSingleton(SignerGuards.LimitsOf);
        services.AddSingleton(GrantGuards.LimitsOf);
        services.AddSingleton(new NodeDescription($"{Version} ({node.TracerName})"));
        services.AddSingleton(new FoundTracer(node.TracerName));
        services.AddRooms(node.Configuration);
        if (node.UsesWellKnownKey)
        {
            services.Replace(ServiceDescriptor.Singleton(_ => DevelopmentChain.Keyring()));
        }

        return services;
    }

    /// <summary>The rooms without a host, to look at their options and to ask the chain before anything starts.</summary>
    public static ServiceProvider Rooms(IConfiguration configuration) =>
        new ServiceCollection().AddSingleton(configuration).AddRooms(configuration).BuildServiceProvider();

    private static IServiceCollection AddRooms(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(provider => Clock(provider, configuration));
        services.AddNodeLogging(configuration);
        services.AddEthereum(configuration);
        services.AddChainOptions(configuration);
        services.AddSigning(configuration);
        if (!FleetOptions.RolesOf(configuration[$"{FleetOptions.Section}:{nameof(FleetOptions.Roles)}"]).HasFlag(NodeRoles.Bundle))
        {
            // Without bundles no key is read.
            services.Replace(ServiceDescriptor.Singleton(_ => new Keyring([])));
        }

        services.AddGrantSigning(configuration);
        services.AddStorage(configuration);
        services.AddEngine(configuration);
        services.AddPaymaster(configuration);
        services.AddSingleton(provider => new NodeSelf(Build, () => AddressOf(provider))
        {
            HeldUp = () => provider.GetRequiredService<BundlingDesk>().HeldUp,
        });
        services.AddSponsorLedger(configuration);
        services.AddOperations(configuration);
        services.AddRpc(configuration);
        services.AddHealth(configuration);
        services.AddTelemetry(configuration);
        services.Configure<HostOptions>(options => options.ShutdownTimeout = _shutdownTimeout);
        services.Configure<ConsoleLifetimeOptions>(options => options.SuppressStatusMessages = true);
        return services;
    }

    /// <summary>Empty before it serves, and when it serves nobody.</summary>
    private static string AddressOf(IServiceProvider services) =>
        services.GetRequiredService<IOptions<FleetOptions>>().Value.RoleSet.HasFlag(NodeRoles.Rpc)
        && services.GetService<IServer>()?.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() is { } address
            ? address.Replace("[::]", Environment.MachineName, StringComparison.Ordinal)
            : "";

    // Who shares a database has its time of day. A start on any other than a development chain refuses an offset.
    private static TimeProvider Clock(IServiceProvider services, IConfiguration configuration)
    {
        TimeProvider host =
            services.GetRequiredService<IOptions<DevelopmentOptions>>().Value.ClockOffsetFile is { Length: > 0 } file ? new OffsetClock(file) : TimeProvider.System;
        return Enum.TryParse(configuration[$"{StorageOptions.Section}:{nameof(StorageOptions.Kind)}"], ignoreCase: true, out StorageKind kind) && kind == StorageKind.Postgres
            ? new FleetClock(host)
            : host;
    }

    // One line for each event, on the standard error stream: the standard output has the ready line alone.
    private static void AddNodeLogging(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<LoggingOptions>().Bind(configuration.GetSection(LoggingOptions.Section)).ValidateOnStart();
        services.AddLogging(logging => logging.AddConsole());
        services.AddSingleton<ConsoleFormatter, SafeConsoleFormatter>();
        services.Configure<ConsoleLoggerOptions>(console =>
        {
            console.FormatterName = SafeConsoleFormatter.FormatterName;
            console.LogToStandardErrorThreshold = LogLevel.Trace;
        });
        services.AddOptions<LoggerFilterOptions>().Configure<IOptions<LoggingOptions>>((filter, logging) =>
        {
            filter.MinLevel = LogLevel.Warning;
            filter.Rules.Add(new LoggerFilterRule(null, nameof(Bundler), logging.Value.Level, null));
        });
    }

    private static void AddHealth(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<HealthOptions>().Bind(configuration.GetSection(HealthOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<HealthOptions>, HealthOptionsValidator>();
        services.AddSingleton<IHealthCheck, EthereumNodeCheck>();
        services.AddSingleton<IHealthCheck, ChainHeadCheck>();
        services.AddSingleton<IHealthCheck, IndexCheck>();
        services.AddSingleton<IHealthCheck, SignersCheck>();
        services.AddSingleton<IHealthCheck, SendersCheck>();
        services.AddSingleton<IHealthCheck, RiskCheck>();
        services.AddSingleton<IHealthCheck, StorageCheck>();
        services.AddSingleton<IHealthCheck, ValidationCheck>();
        services.AddSingleton<IHealthCheck, DrainCheck>();
        services.AddSingleton<IHealthCheck, DutiesCheck>();
    }
}
