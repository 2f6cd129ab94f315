using System.Text.Json;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Submission;

/// <summary>How a relay wants to be told of a transaction. Pure.</summary>
internal abstract class RelayDialect
{
    /// <summary>One request or, where a bundle is good for one block only, one for each.</summary>
    /// <param name="raw">The signed bytes.</param>
    /// <param name="head">The newest block.</param>
    /// <param name="lastBlock">The last one that it is good for.</param>
    public abstract IReadOnlyList<JsonRpcRequest> Requests(Bytes raw, ulong head, ulong lastBlock);

    /// <summary>A request with one object as its only positional param.</summary>
    protected static JsonRpcRequest WithObject(string method, Action<Utf8JsonWriter> members) => JsonRpcRequest.Create(method, writer =>
    {
        writer.WriteStartObject();
        members(writer);
        writer.WriteEndObject();
    });

    protected static JsonRpcRequest WithRaw(string method, Bytes raw) => JsonRpcRequest.Create(method, writer => writer.WriteBytesValue(raw));

    protected static void WriteTransactions(Utf8JsonWriter writer, Bytes raw)
    {
        writer.WriteStartArray("txs");
        writer.WriteBytesValue(raw);
        writer.WriteEndArray();
    }
}
