using System.Text.Json;

namespace Bundler.Ethereum.JsonRpc;

/// <summary>Counts what passes to the next transport.</summary>
public sealed class CountingTransport(IJsonRpcTransport next, RequestCounter counter) : IJsonRpcTransport
{
    public Task<JsonElement> SendAsync(JsonRpcRequest request, CancellationToken cancellationToken)
    {
        counter.CountRoundTrip();
        counter.CountRequest(request.Method);
        return next.SendAsync(request, cancellationToken);
    }

    public Task<IReadOnlyList<JsonRpcResponse>> SendBatchAsync(IReadOnlyList<JsonRpcRequest> requests, CancellationToken cancellationToken)
    {
        counter.CountRoundTrip();
        foreach (JsonRpcRequest request in requests)
        {
            counter.CountRequest(request.Method);
        }

        return next.SendBatchAsync(requests, cancellationToken);
    }
}
