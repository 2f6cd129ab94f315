using Bundler.Node.Configuration;
using Bundler.Testing;

namespace Bundler.Tests.Node;

/// <summary>Whom the node asks over the network, and who makes harmless what they answer: a new one has to say so here.</summary>
public sealed class OutsideUrlsTests
{
    private const string JsonRpc = "JsonRpcWire: UrlSecrets of the transport that was given the URL";
    private const string KeyService = "SignerUnavailableException; the URL may have no credentials (SigningOptionsRules)";

    private static readonly Dictionary<string, string> Known = new()
    {
        ["EthereumOptions.Url"] = JsonRpc,
        ["EthereumOptions.UrlFile"] = JsonRpc,
        ["EthereumOptions.WebSocketUrl"] = JsonRpc,
        ["EndpointOptions.Url"] = JsonRpc,
        ["EndpointOptions.UrlFile"] = JsonRpc,
        ["EndpointOptions.WebSocketUrl"] = JsonRpc,
        ["EndpointOptions.WebSocketUrlFile"] = JsonRpc,
        ["RelayOptions.Url"] = JsonRpc,
        ["RelayOptions.UrlFile"] = JsonRpc,
        ["AwsKmsOptions.Endpoint"] = KeyService,
        ["GoogleKmsOptions.Endpoint"] = KeyService,
        ["TelemetryOptions.Endpoint"] = "no credentials (TelemetryOptionsValidator), and what a collector says is not written anywhere",
    };

    /// <summary>Files that may open connections to others.</summary>
    private static readonly string[] Clients = ["HttpTransport.cs", "WebSocketTransport.cs", "RestKeyClient.cs"];

    [Test]
    public void Every_option_with_a_URL_has_somebody_who_keeps_its_secrets()
    {
        IEnumerable<string> found = OptionsCatalog.All.SelectMany(options => UrlsIn(options.Type)).Distinct();

        Assert.That(found, Is.EquivalentTo(Known.Keys));
    }

    [Test]
    public void Connections_are_opened_only_where_answers_are_made_harmless()
    {
        string[] words = ["new HttpClient(", "ClientWebSocket socket", "new SocketsHttpHandler", "new TcpClient("];
        IEnumerable<string?> found = Directory.EnumerateFiles(Repo.PathOf("src"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Where(file => File.ReadAllText(file) is var source && words.Any(word => source.Contains(word, StringComparison.Ordinal)))
            .Select(Path.GetFileName);

        Assert.That(found, Is.EquivalentTo(Clients));
    }

    private static IEnumerable<string> UrlsIn(Type options) => options.GetProperties().SelectMany(property =>
        property.PropertyType == typeof(string) ? property.Name is var name && (name.Contains("Url", StringComparison.Ordinal) || name.EndsWith("Endpoint", StringComparison.Ordinal)) ? [$"{options.Name}.{name}"] : []
        : property.PropertyType.IsGenericType && property.PropertyType.GetGenericArguments()[^1] is { IsClass: true } inner && inner != typeof(string) ? UrlsIn(inner)
        : Array.Empty<string>());
}
