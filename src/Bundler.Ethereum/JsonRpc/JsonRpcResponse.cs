using System.Text.Json;

namespace Bundler.Ethereum.JsonRpc;

/// <summary>The answer to one request: a result, or an error. The result lives as long as it is referenced.</summary>
public sealed class JsonRpcResponse
{
    private readonly JsonElement _result;

    public JsonRpcResponse(JsonElement result) => _result = result;

    public JsonRpcResponse(JsonRpcError error) => Error = error;

    /// <summary>Null when the node gave a result.</summary>
    public JsonRpcError? Error { get; }

    /// <exception cref="JsonRpcException">The answer is an error.</exception>
    public JsonElement Result => Error is null ? _result : throw new JsonRpcException(Error);
}
