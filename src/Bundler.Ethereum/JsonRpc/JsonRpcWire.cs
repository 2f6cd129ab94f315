using System.Globalization;
using System.Text.Json;

namespace Bundler.Ethereum.JsonRpc;

/// <summary>Requests and answers as JSON-RPC 2.0 text, the client's side. Texts of errors come in here and nowhere else, so here they are made harmless.</summary>
internal static class JsonRpcWire
{
    private static readonly JsonDocumentOptions DocumentOptions = new() { MaxDepth = EthereumJson.MaxDepth };

    /// <summary>Below it a copy is cheaper than what a document rents.</summary>
    private const int LargeBytes = 64 * 1024;

    public static void WriteRequest(Utf8JsonWriter writer, JsonRpcRequest request, long id)
    {
        writer.WriteStartObject();
        writer.WriteString("jsonrpc"u8, "2.0"u8);
        writer.WriteNumber("id"u8, id);
        writer.WriteString("method"u8, request.Method);
        writer.WritePropertyName("params"u8);
        writer.WriteRawValue(request.Params.Span, skipInputValidation: true);
        writer.WriteEndObject();
    }

    /// <summary>Requests with the ids <paramref name="firstId"/>, <paramref name="firstId"/> + 1, … as one array.</summary>
    public static void WriteBatch(Utf8JsonWriter writer, IReadOnlyList<JsonRpcRequest> requests, long firstId)
    {
        writer.WriteStartArray();
        for (int i = 0; i < requests.Count; i++)
        {
            WriteRequest(writer, requests[i], firstId + i);
        }

        writer.WriteEndArray();
    }

    /// <param name="text">Nobody else writes to it: a large document stays on it, and is in memory once.</param>
    /// <exception cref="TransportException">Not JSON.</exception>
    public static JsonElement Parse(ReadOnlyMemory<byte> text)
    {
        try
        {
            return text.Length < LargeBytes ? JsonElement.Parse(text.Span, DocumentOptions) : JsonDocument.Parse(text, DocumentOptions).RootElement;
        }
        catch (JsonException fault)
        {
            throw new TransportException(TransportFault.Malformed, "the node's answer is not JSON", fault);
        }
    }

    public static bool IsResponse(JsonElement element) =>
        element.ValueKind == JsonValueKind.Object && (element.TryGetProperty("result"u8, out _) || element.TryGetProperty("error"u8, out _));

    /// <summary>The id of an answer, or of the first of a batch, of which only the beginning is known; null when its result comes first.</summary>
    public static long? PeekId(ReadOnlySpan<byte> beginning)
    {
        Utf8JsonReader reader = new(beginning, isFinalBlock: false, default);
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType != JsonTokenType.PropertyName)
                {
                    continue;
                }

                bool isId = reader.ValueTextEquals("id"u8);
                if (!reader.Read() || isId || reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
                {
                    return isId && reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out long id) ? id : null;
                }
            }
        }
        catch (JsonException)
        {
            // Not JSON: whoever reads the whole says so.
        }

        return null;
    }

    /// <summary>The id of an answer; null when it has none (JSON-RPC 2.0: the request was not understood). Some nodes turn numbers into text.</summary>
    public static long? ReadId(JsonElement response)
    {
        if (!response.TryGetProperty("id"u8, out JsonElement id))
        {
            return null;
        }

        return id.ValueKind switch
        {
            JsonValueKind.Number when id.TryGetInt64(out long number) => number,
            JsonValueKind.String when long.TryParse(id.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out long number) => number,
            _ => null,
        };
    }

    /// <exception cref="TransportException">Neither a result nor a well-formed error.</exception>
    public static JsonRpcResponse ReadResponse(JsonElement response, UrlSecrets secrets)
    {
        if (response.ValueKind == JsonValueKind.Object)
        {
            if (response.TryGetProperty("error"u8, out JsonElement error) && error.ValueKind != JsonValueKind.Null)
            {
                return new JsonRpcResponse(secrets.Clean(ReadError(error)));
            }

            if (response.TryGetProperty("result"u8, out JsonElement result))
            {
                return new JsonRpcResponse(result);
            }
        }

        throw new TransportException(TransportFault.Malformed, "the node's answer has neither a result nor an error") { IsHollow = true };
    }

    /// <summary>The answer to the one request with this id; an error may come without the id.</summary>
    /// <exception cref="TransportException">The answer belongs to another request, or is malformed.</exception>
    public static JsonRpcResponse ReadSingle(JsonElement element, long id, UrlSecrets secrets)
    {
        JsonRpcResponse response = ReadResponse(element, secrets);
        long? answered = ReadId(element);
        return answered == id || (answered is null && response.Error is not null)
            ? response
            : throw new TransportException(TransportFault.Malformed, "the node's answer carries the id of another request");
    }

    /// <summary>The answers by id, whatever their order.</summary>
    /// <exception cref="TransportException">An answer is missing, double or malformed.</exception>
    public static JsonRpcResponse[] ReadBatch(JsonElement array, long firstId, int count, UrlSecrets secrets)
    {
        JsonRpcResponse[] responses = new JsonRpcResponse[count];
        foreach (JsonElement element in array.EnumerateArray())
        {
            JsonRpcResponse response = ReadResponse(element, secrets);
            long index = (ReadId(element) ?? -1) - firstId;
            if (index < 0 || index >= count || responses[index] is not null)
            {
                throw new TransportException(TransportFault.Malformed, "the node's answer to a batch carries an id that was not asked for" + Because(response));
            }

            responses[index] = response;
        }

        int missing = Array.IndexOf(responses, null);
        return missing < 0
            ? responses
            : throw new TransportException(TransportFault.Malformed, $"the node left request {missing + 1} of a batch of {count} unanswered");
    }

    private static string Because(JsonRpcResponse response) => response.Error is { } error ? $": {error}" : "";

    /// <summary>A code beyond all numbers is no node's: unless words or data say what is meant, it was not answered.</summary>
    private static int Unnumbered(string message, JsonElement? data) =>
        data is not null || message.Contains(' ', StringComparison.Ordinal)
            ? JsonRpcError.InternalError
            : throw new TransportException(TransportFault.Malformed, $"the node's error has a code that is none: {message}") { IsHollow = true };

    private static JsonRpcError ReadError(JsonElement error)
    {
        if (error.ValueKind == JsonValueKind.String)
        {
            return new JsonRpcError(JsonRpcError.InternalError, error.GetString()!);
        }

        if (error.ValueKind != JsonValueKind.Object)
        {
            throw new TransportException(TransportFault.Malformed, "the node's error is not an object");
        }

        string message = error.TryGetProperty("message"u8, out JsonElement text) && text.ValueKind == JsonValueKind.String ? text.GetString()! : "";
        JsonElement? data = error.TryGetProperty("data"u8, out JsonElement found) && found.ValueKind != JsonValueKind.Null ? found : null;
        return new JsonRpcError(ErrorCode.Read(error) ?? Unnumbered(message, data), message, data);
    }
}
