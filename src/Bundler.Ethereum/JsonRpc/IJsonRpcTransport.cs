using System.Text.Json;

namespace Bundler.Ethereum.JsonRpc;

/// <summary>The way to a node: one request, or several in one round trip.</summary>
public interface IJsonRpcTransport
{
    /// <returns>The result; valid as long as it is referenced.</returns>
    /// <exception cref="JsonRpcException">The node answered an error.</exception>
    /// <exception cref="TransportException">The node gave no answer.</exception>
    Task<JsonElement> SendAsync(JsonRpcRequest request, CancellationToken cancellationToken);

    /// <returns>The answers in the order of the requests, each a result or an error.</returns>
    /// <exception cref="TransportException">The node gave no answer to one of them at least.</exception>
    Task<IReadOnlyList<JsonRpcResponse>> SendBatchAsync(IReadOnlyList<JsonRpcRequest> requests, CancellationToken cancellationToken);
}
