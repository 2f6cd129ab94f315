using System.Text.Json;
using System.Text.Json.Nodes;
using Bundler.Ethereum.JsonRpc;

namespace Bundler.Testing;

/// <summary>
/// A node that answers by script, method by method, and remembers what it was asked. A handler returns the result, throws
/// <see cref="JsonRpcException"/> for an error, or <see cref="TransportException"/> for silence. The last handler of a method counts.
/// </summary>
public sealed class FakeNode : IJsonRpcTransport
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Func<JsonElement, CancellationToken, Task<JsonNode?>>> _handlers = new(StringComparer.Ordinal);
    private readonly List<JsonRpcRequest> _requests = [];
    private readonly List<int> _batchSizes = [];

    /// <summary>Every request so far, also those inside batches, in order.</summary>
    public IReadOnlyList<JsonRpcRequest> Requests
    {
        get
        {
            lock (_lock)
            {
                return _requests.ToArray();
            }
        }
    }

    /// <summary>The size of every batch so far, in order.</summary>
    public IReadOnlyList<int> BatchSizes
    {
        get
        {
            lock (_lock)
            {
                return _batchSizes.ToArray();
            }
        }
    }

    /// <summary>The params of every request of a method so far.</summary>
    public IReadOnlyList<JsonElement> ParamsOf(string method) =>
        [.. Requests.Where(request => request.Method == method).Select(request => request.ReadParams())];

    public int CountOf(string method) => Requests.Count(request => request.Method == method);

    /// <summary>The same result for every request.</summary>
    public FakeNode Answers(string method, JsonNode? result) => On(method, _ => result?.DeepClone());

    /// <summary>One result after the other; the last one stays.</summary>
    public FakeNode AnswersInTurn(string method, params JsonNode?[] results)
    {
        int next = -1;
        return On(method, _ => results[Math.Min(Interlocked.Increment(ref next), results.Length - 1)]?.DeepClone());
    }

    /// <summary>The same error for every request.</summary>
    public FakeNode Refuses(string method, int code, string message, JsonNode? data = null)
    {
        JsonElement? element = data is null ? null : ToElement(data);
        return On(method, _ => throw new JsonRpcException(new JsonRpcError(code, message, element)));
    }

    /// <summary>The same transport fault for every request.</summary>
    public FakeNode Fails(string method, TransportFault fault = TransportFault.Unreachable) =>
        On(method, _ => throw new TransportException(fault, $"{method} got no answer"));

    public FakeNode On(string method, Func<JsonElement, JsonNode?> handler) =>
        On(method, (parameters, _) => Task.FromResult(handler(parameters)));

    public FakeNode On(string method, Func<JsonElement, CancellationToken, Task<JsonNode?>> handler)
    {
        lock (_lock)
        {
            _handlers[method] = handler;
        }

        return this;
    }

    public Task<JsonElement> SendAsync(JsonRpcRequest request, CancellationToken cancellationToken) => AnswerAsync(request, cancellationToken);

    public async Task<IReadOnlyList<JsonRpcResponse>> SendBatchAsync(IReadOnlyList<JsonRpcRequest> requests, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _batchSizes.Add(requests.Count);
        }

        List<JsonRpcResponse> responses = new(requests.Count);
        foreach (JsonRpcRequest request in requests)
        {
            try
            {
                responses.Add(new JsonRpcResponse(await AnswerAsync(request, cancellationToken)));
            }
            catch (JsonRpcException refusal)
            {
                responses.Add(new JsonRpcResponse(refusal.Error));
            }
        }

        return responses;
    }

    private async Task<JsonElement> AnswerAsync(JsonRpcRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Func<JsonElement, CancellationToken, Task<JsonNode?>>? handler;
        lock (_lock)
        {
            _requests.Add(request);
            handler = _handlers.GetValueOrDefault(request.Method);
        }

        return handler is null
            ? throw new JsonRpcException(new JsonRpcError(JsonRpcError.MethodNotFound, $"the fake node has no script for {request.Method}"))
            : ToElement(await handler(request.ReadParams(), cancellationToken));
    }

    private static JsonElement ToElement(JsonNode? node) => JsonElement.Parse(node?.ToJsonString() ?? "null");
}
