namespace Bundler.Ethereum.JsonRpc;

/// <summary>Takes out of a node's error texts what is secret about its URL, and makes the rest harmless: they end in logs, statuses and answers.</summary>
public sealed class RedactingTransport(IJsonRpcTransport inner, UrlSecrets secrets) : IJsonRpcTransport
{
    public async Task<System.Text.Json.JsonElement> SendAsync(JsonRpcRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await inner.SendAsync(request, cancellationToken);
        }
        catch (JsonRpcException fault) when (Clean(fault.Error) is var clean && clean != fault.Error)
        {
            throw new JsonRpcException(clean);
        }
    }

    public async Task<IReadOnlyList<JsonRpcResponse>> SendBatchAsync(IReadOnlyList<JsonRpcRequest> requests, CancellationToken cancellationToken)
    {
        IReadOnlyList<JsonRpcResponse> responses = await inner.SendBatchAsync(requests, cancellationToken);
        return responses.Any(response => response.Error is { } error && Clean(error) != error)
            ? [.. responses.Select(response => response.Error is { } error ? new JsonRpcResponse(Clean(error)) : response)]
            : responses;
    }

    private JsonRpcError Clean(JsonRpcError error)
    {
        string message = OutsideText.Clean(secrets.Redact(error.Message));
        return message == error.Message ? error : error with { Message = message };
    }
}
