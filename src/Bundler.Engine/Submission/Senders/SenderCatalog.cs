using Bundler.Ethereum.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Bundler.Engine.Submission;

/// <summary>The ways to the chain by their name in the configuration: the one list.</summary>
public static class SenderCatalog
{
    public const string Public = "public";

    private static readonly IReadOnlyDictionary<string, Func<IServiceProvider, IBundleSender>> Kinds =
        new Dictionary<string, Func<IServiceProvider, IBundleSender>>(StringComparer.OrdinalIgnoreCase)
        {
            [Public] = services => new PublicSender(services.GetRequiredService<EthClient>()),
        };

    public static IReadOnlyCollection<string> Names => [.. Kinds.Keys];

    public static bool Knows(string name) => Kinds.ContainsKey(name);

    /// <exception cref="KeyNotFoundException">There is no such kind; the options' check has said so before.</exception>
    public static IBundleSender Create(string name, IServiceProvider services) => Kinds[name](services);
}
