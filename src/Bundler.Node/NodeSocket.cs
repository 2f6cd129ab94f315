using Bundler.Ethereum.JsonRpc;
using Microsoft.Extensions.Options;

namespace Bundler.Node;

/// <summary>The WebSocket to the Ethereum node, if one is configured, and its owner.</summary>
internal sealed class NodeSocket(IOptions<EthereumOptions> options, TimeProvider clock) : IAsyncDisposable
{
    /// <summary>Null: heads are polled.</summary>
    public WebSocketTransport? Transport { get; } = Open(options.Value, clock);

    public ValueTask DisposeAsync() => Transport?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static WebSocketTransport? Open(EthereumOptions options, TimeProvider clock) => options.WebSocketUrl.Length == 0
        ? null
        : new WebSocketTransport(
            new WebSocketTransportOptions
            {
                Url = new Uri(options.WebSocketUrl),
                Timeout = TimeSpan.FromSeconds(options.TimeoutSeconds),
                Headers = options.Headers.AsReadOnly(),
            },
            clock);
}
