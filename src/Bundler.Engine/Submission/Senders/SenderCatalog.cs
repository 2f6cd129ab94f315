using Bundler.Engine.Chain;
using Bundler.Ethereum.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Bundler.Engine.Submission;

/// <summary>The ways to the chain and the dialects of relays by their names in the configuration: the one list.</summary>
public static class SenderCatalog
{
    public const string Public = "public";
    public const string Conditional = "conditional";

    private static readonly IReadOnlyDictionary<string, Func<IServiceProvider, IBundleSender>> Own =
        new Dictionary<string, Func<IServiceProvider, IBundleSender>>(StringComparer.OrdinalIgnoreCase)
        {
            [Public] = services => new PublicSender(services.GetRequiredService<EthClient>()),
            [Conditional] = services => new ConditionalSender(services.GetRequiredService<EthClient>()),
        };

    /// <summary>By <see cref="RelayOptions.Kind"/>.</summary>
    internal static IReadOnlyDictionary<string, Func<RelayOptions, RelayDialect>> Dialects { get; } =
        new Dictionary<string, Func<RelayOptions, RelayDialect>>(StringComparer.OrdinalIgnoreCase)
        {
            ["48club"] = relay => new BuilderDialect(relay.AsBundle),
            ["blockrazor"] = relay => new BuilderDialect(relay.AsBundle),
            ["bloxroute"] = relay => new BloxrouteDialect(relay.AsBundle, relay.Builders.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)),
            ["flashbots"] = relay => new FlashbotsDialect(relay.AsBundle),
        };

    internal static bool IsReserved(string name) => Own.ContainsKey(name);

    internal static bool Knows(string name, SenderOptions options) => Own.ContainsKey(name) || options.Relays.ContainsKey(name);

    internal static IEnumerable<string> NamesIn(SenderOptions options) => [.. Own.Keys, .. options.Relays.Keys];

    /// <exception cref="KeyNotFoundException">There is no such sender; the options' check has said so before.</exception>
    internal static SenderRoute Create(string name, SenderOptions options, IServiceProvider services)
    {
        TimeProvider clock = services.GetRequiredService<TimeProvider>();
        if (Own.TryGetValue(name, out Func<IServiceProvider, IBundleSender>? create))
        {
            return new SenderRoute(name, name, IsPrivate: false, create(services), new SenderRecord(clock));
        }

        RelayOptions relay = options.Relays[name];
        RelaySender sender = new(
            Dialects[relay.Kind](relay),
            RelayAccess.Read(relay).Open(TimeSpan.FromSeconds(relay.TimeoutSeconds), clock),
            services.GetRequiredService<HeadFeed>(),
            relay.Blocks);
        return new SenderRoute(name, relay.Kind, IsPrivate: true, sender, new SenderRecord(clock)) { DropsReverts = relay.AsBundle };
    }
}
