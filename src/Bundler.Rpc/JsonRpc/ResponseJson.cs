using System.Text.Encodings.Web;
using System.Text.Json;

namespace Bundler.Rpc.JsonRpc;

/// <summary>Writes the response object of JSON-RPC 2.0 section 5.</summary>
internal static class ResponseJson
{
    /// <summary>Answers are application/json and never part of a page, so text is written as it is.</summary>
    public static JsonWriterOptions Options { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="output">Gets exactly one object, or what was written before a fault in the reply's own writer.</param>
    /// <param name="id">The caller's id; undefined is written as null.</param>
    /// <param name="reply">The result or the error.</param>
    public static void Write(PooledBuffer output, JsonElement id, RpcReply reply)
    {
        using Utf8JsonWriter writer = new(output, Options);
        writer.WriteStartObject();
        writer.WriteString("jsonrpc"u8, "2.0"u8);
        writer.WritePropertyName("id"u8);
        if (id.ValueKind == JsonValueKind.Undefined)
        {
            writer.WriteNullValue();
        }
        else
        {
            id.WriteTo(writer);
        }

        if (reply.Error is { } error)
        {
            WriteError(writer, error);
        }
        else
        {
            writer.WritePropertyName("result"u8);
            reply.Result!(writer);
        }

        writer.WriteEndObject();
        writer.Flush();
    }

    private static void WriteError(Utf8JsonWriter writer, RpcError error)
    {
        writer.WriteStartObject("error"u8);
        writer.WriteNumber("code"u8, error.Code);
        writer.WriteString("message"u8, error.Message);
        if (error.Data is { } data)
        {
            writer.WritePropertyName("data"u8);
            data(writer);
        }

        writer.WriteEndObject();
    }
}
