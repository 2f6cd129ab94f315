using Bundler.Ethereum.Access;
using Microsoft.Extensions.Options;

namespace Bundler.Node;

/// <summary>What is wrong with the URLs of a configuration, without asking any: one sentence for each finding, and never a URL in it.</summary>
internal static class EthereumOptionsRules
{
    private static readonly EndpointPurposes[] Needed = [EndpointPurposes.Reads, EndpointPurposes.Traces, EndpointPurposes.Sends];

    public static IEnumerable<string> Find(EthereumOptions options)
    {
        if (options is { HasMain: false, Endpoints.Count: 0 })
        {
            return ["No Ethereum node: give its URL with --rpc-url or --rpc-url-file"];
        }

        return
        [
            .. IsHttp(nameof(options.Url), options.Url),
            .. IsSocket(nameof(options.WebSocketUrl), options.WebSocketUrl),
            .. options.Endpoints.SelectMany(entry => Find(entry.Value).Select(fault => $"{nameof(options.Endpoints)}:{entry.Key}:{fault}")),
            .. OneOf(nameof(options.Url), options.Url, options.UrlFile),
            .. Unreadable(() => EndpointUrl.Read("", options.UrlFile, EndpointUrl.IsHttp)),
            .. options.HasMain ? [] : Unserved(options),
        ];
    }

    private static IEnumerable<string> Find(EndpointOptions options) =>
    [
        .. IsHttp(nameof(options.Url), options.Url),
        .. IsSocket(nameof(options.WebSocketUrl), options.WebSocketUrl),
        .. OneOf(nameof(options.Url), options.Url, options.UrlFile),
        .. OneOf(nameof(options.WebSocketUrl), options.WebSocketUrl, options.WebSocketUrlFile),
        .. options is { Url.Length: 0, UrlFile.Length: 0, WebSocketUrl.Length: 0, WebSocketUrlFile.Length: 0 } ? ["Url is missing"] : Array.Empty<string>(),
        .. options.Purposes() is null ? ["For has words besides reads, traces, sends and heads"] : Array.Empty<string>(),
        .. Unreadable(options),
        .. options.RequestsPerSecond is >= 0 and <= 1_000_000 ? Array.Empty<string>() : ["RequestsPerSecond must be between 0 and 1000000"],
    ];

    private static IEnumerable<string> Unreadable(EndpointOptions options) => Unreadable(() =>
    {
        EndpointUrl.Read("", options.UrlFile, EndpointUrl.IsHttp);
        EndpointUrl.Read("", options.WebSocketUrlFile, EndpointUrl.IsSocket);
        foreach (string file in options.HeaderFiles.Values)
        {
            EndpointUrl.ReadSecret(file, EndpointUrl.HeaderFile);
        }
    });

    private static IEnumerable<string> Unreadable(Action read)
    {
        try
        {
            read();
            return [];
        }
        catch (OptionsValidationException fault)
        {
            return fault.Failures;
        }
    }

    private static IEnumerable<string> Unserved(EthereumOptions options) =>
        Needed.Where(purpose => !options.Endpoints.Values.Any(endpoint => (endpoint.Purposes() ?? EndpointPurposes.None).HasFlag(purpose)))
            .Select(purpose => $"No URL is for {purpose.ToString().ToLowerInvariant()}");

    private static IEnumerable<string> OneOf(string name, string text, string file) =>
        text.Length > 0 && file.Length > 0 ? [$"{name} and {name}File exclude each other"] : [];

    private static IEnumerable<string> IsHttp(string name, string text) =>
        text.Length == 0 || EndpointUrl.IsHttp(text) ? [] : [$"{name} must be an http or https URL"];

    private static IEnumerable<string> IsSocket(string name, string text) =>
        text.Length == 0 || EndpointUrl.IsSocket(text) ? [] : [$"{name} must be a ws or wss URL"];
}
