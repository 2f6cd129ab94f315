using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Bundler.Ethereum.JsonRpc;

/// <summary>One call of a method; its params are JSON text already, the id is the transport's affair.</summary>
public sealed record JsonRpcRequest(string Method, ReadOnlyMemory<byte> Params)
{
    internal static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private static readonly ReadOnlyMemory<byte> NoParams = "[]"u8.ToArray();

    /// <summary>A call without params.</summary>
    public static JsonRpcRequest Create(string method) => new(method, NoParams);

    /// <summary>A call with positional params: <paramref name="writeParams"/> writes them one after the other, without the array's brackets.</summary>
    public static JsonRpcRequest Create(string method, Action<Utf8JsonWriter> writeParams)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer, WriterOptions))
        {
            writer.WriteStartArray();
            writeParams(writer);
            writer.WriteEndArray();
        }

        return new JsonRpcRequest(method, buffer.WrittenMemory);
    }

    /// <summary>
    /// Sent twice is the same as sent once. A signed transaction is itself, however often it arrives; what a node answers the second time need not be
    /// about the second time.
    /// </summary>
    public bool IsRepeatable
    {
        get
        {
            ReadOnlySpan<char> verb = Method.AsSpan(Method.IndexOf('_') + 1);
            return verb.StartsWith("sendRawTransaction", StringComparison.Ordinal)
                || (!verb.StartsWith("send", StringComparison.Ordinal) && !verb.StartsWith("subscribe", StringComparison.Ordinal));
        }
    }

    /// <summary>The params as a document.</summary>
    public JsonElement ReadParams() => JsonElement.Parse(Params.Span);

    public override string ToString() => Method;
}
