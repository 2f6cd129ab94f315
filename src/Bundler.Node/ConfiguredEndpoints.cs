using Bundler.Engine.Chain;
using Bundler.Ethereum.Access;
using Bundler.Ethereum.JsonRpc;
using Microsoft.Extensions.Options;
using Endpoint = Bundler.Ethereum.Access.Endpoint;

namespace Bundler.Node;

/// <summary>The URLs of the configuration as endpoints, and the owner of their connections.</summary>
internal sealed class ConfiguredEndpoints : IAsyncDisposable
{
    /// <summary>What the one URL outside the list is called.</summary>
    private const string Main = "main";

    private readonly List<HttpTransport> _transports = [];
    private readonly List<WebSocketTransport> _sockets = [];
    private readonly EthereumOptions _options;
    private readonly RequestCounter _counter;
    private readonly TimeProvider _clock;

    /// <exception cref="OptionsValidationException">A file with a URL or a header cannot be read.</exception>
    public ConfiguredEndpoints(IOptions<EthereumOptions> options, IOptions<ChainOptions> chain, RequestCounter counter, TimeProvider clock)
    {
        _options = options.Value;
        _counter = counter;
        _clock = clock;
        Pool = new EndpointPool([.. Listed().Select(entry => Open(entry.Name, entry.Options))], AccessOptions(chain.Value), clock);
    }

    public EndpointPool Pool { get; }

    public async ValueTask DisposeAsync()
    {
        foreach (WebSocketTransport socket in _sockets)
        {
            await socket.DisposeAsync();
        }

        _transports.ForEach(transport => transport.Dispose());
    }

    private IEnumerable<(string Name, EndpointOptions Options)> Listed()
    {
        if (_options.HasMain)
        {
            EndpointOptions main = new() { Url = _options.Url, UrlFile = _options.UrlFile, WebSocketUrl = _options.WebSocketUrl };
            foreach ((string name, string value) in _options.Headers)
            {
                main.Headers[name] = value;
            }

            yield return (Main, main);
        }

        foreach ((string name, EndpointOptions options) in _options.Endpoints)
        {
            yield return (name, options);
        }
    }

    private Endpoint Open(string name, EndpointOptions options)
    {
        Uri? url = EndpointUrl.Read(options.Url, options.UrlFile, EndpointUrl.IsHttp);
        Uri? socketUrl = EndpointUrl.Read(options.WebSocketUrl, options.WebSocketUrlFile, EndpointUrl.IsSocket);
        IReadOnlyDictionary<string, string> headers = HeadersOf(options);
        WebSocketTransport? socket = socketUrl is null ? null : Socket(socketUrl, headers);
        IJsonRpcTransport transport = url is null ? socket! : Http(url, headers);
        return new Endpoint(
            name,
            SafeUrl.Of((url ?? socketUrl)!),
            options.Purposes() ?? EndpointPurposes.All,
            new CountingTransport(transport, _counter),
            socket,
            new RequestBudget(options.RequestsPerSecond, _clock),
            _clock);
    }

    private static Dictionary<string, string> HeadersOf(EndpointOptions options)
    {
        Dictionary<string, string> headers = new(options.Headers, StringComparer.OrdinalIgnoreCase);
        foreach ((string name, string file) in options.HeaderFiles)
        {
            headers[name] = EndpointUrl.ReadSecret(file, EndpointUrl.HeaderFile);
        }

        return headers;
    }

    private HttpTransport Http(Uri url, IReadOnlyDictionary<string, string> headers)
    {
        HttpTransport transport = new(
            new HttpTransportOptions
            {
                Url = url,
                Timeout = TimeSpan.FromSeconds(_options.TimeoutSeconds),
                MaxBatchSize = _options.MaxBatchSize,
                MaxConnections = _options.MaxConnections,
                Bounds = _options.Bounds(),
                Headers = headers,
            },
            _clock);
        _transports.Add(transport);
        return transport;
    }

    private WebSocketTransport Socket(Uri url, IReadOnlyDictionary<string, string> headers)
    {
        WebSocketTransport socket = new(
            new WebSocketTransportOptions
            {
                Url = url,
                Timeout = TimeSpan.FromSeconds(_options.TimeoutSeconds),
                Bounds = _options.Bounds(),
                Headers = headers,
            },
            _clock);
        _sockets.Add(socket);
        return socket;
    }

    private ChainAccessOptions AccessOptions(ChainOptions chain) => new()
    {
        ChainId = chain.ChainId,
        HedgeAfter = TimeSpan.FromMilliseconds(_options.HedgeAfterMilliseconds),
        MaxLag = _options.MaxLag(chain.BlockTimeSeconds),
        LostHeadAfter = TimeSpan.FromSeconds(_options.MaxLagSeconds),
        Retry = new RetryOptions { MaxAttempts = _options.MaxAttempts },
    };
}
