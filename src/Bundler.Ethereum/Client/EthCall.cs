using System.Text.Json;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;

namespace Bundler.Ethereum.Client;

/// <summary>A typed call: what to ask, and how to read the answer.</summary>
internal sealed record EthCall<T>(JsonRpcRequest Request, Func<JsonElement, T> Read)
{
    /// <exception cref="CodecException">The result is malformed; the path begins with the method.</exception>
    public T ReadResult(JsonElement result) => EthereumJson.Read(result, Request.Method, Read);
}
