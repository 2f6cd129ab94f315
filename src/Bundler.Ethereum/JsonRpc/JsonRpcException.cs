namespace Bundler.Ethereum.JsonRpc;

/// <summary>The node answered, and its answer is an error.</summary>
public class JsonRpcException(JsonRpcError error) : Exception(error.ToString())
{
    public JsonRpcError Error { get; } = error;
}
