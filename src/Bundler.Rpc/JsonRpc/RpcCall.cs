using System.Text.Json;

namespace Bundler.Rpc.JsonRpc;

/// <summary>The request object of JSON-RPC 2.0 section 4, or the fault that makes it none.</summary>
/// <param name="Id">Undefined for a notification; null when the caller's id cannot be used.</param>
/// <param name="Method">Empty when there is a fault.</param>
/// <param name="Params">Array, object or undefined, which null counts as.</param>
/// <param name="Fault">Why the request is invalid; such a request is answered even without an id.</param>
internal readonly record struct RpcCall(JsonElement Id, string Method, JsonElement Params, RpcError? Fault)
{
    /// <summary>A request without an id wants no answer.</summary>
    public bool IsNotification => Id.ValueKind == JsonValueKind.Undefined && Fault is (null or { Code: RpcErrorCode.InvalidParams });

    public static RpcCall Read(JsonElement json, bool mayRepeatKeys)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            return Invalid(default, "a request must be an object");
        }

        string? duplicate = mayRepeatKeys ? JsonGuard.FindDuplicateKey(json) : null;
        JsonElement id = default;
        if (duplicate != "id" && !HasUsableId(json, out id))
        {
            return Invalid(default, "id must be a string, a number or null");
        }

        if (duplicate is not null)
        {
            return Repeats(id, duplicate);
        }

        if (!json.TryGetProperty("jsonrpc"u8, out JsonElement version) || version.ValueKind != JsonValueKind.String || !version.ValueEquals("2.0"u8))
        {
            return Invalid(id, "jsonrpc must be \"2.0\"");
        }

        if (!json.TryGetProperty("method"u8, out JsonElement method) || method.ValueKind != JsonValueKind.String)
        {
            return Invalid(id, "method must be a string");
        }

        // Some clients send null for none.
        bool hasParams = json.TryGetProperty("params"u8, out JsonElement parameters) && parameters.ValueKind != JsonValueKind.Null;
        return hasParams && parameters.ValueKind is not (JsonValueKind.Array or JsonValueKind.Object)
            ? Invalid(id, "params must be an array or an object")
            : new RpcCall(id, method.GetString()!, hasParams ? parameters : default, null);
    }

    private static bool HasUsableId(JsonElement json, out JsonElement id) =>
        !json.TryGetProperty("id"u8, out id) || id.ValueKind is JsonValueKind.String or JsonValueKind.Number or JsonValueKind.Null;

    /// <summary>A key named twice means two things at once: in the request itself -32600, further inside -32602.</summary>
    private static RpcCall Repeats(JsonElement id, string duplicate) =>
        duplicate.StartsWith("params.", StringComparison.Ordinal) || duplicate.StartsWith("params[", StringComparison.Ordinal)
            ? new RpcCall(id, "", default, new RpcError(RpcErrorCode.InvalidParams, $"{duplicate}: is there twice"))
            : Invalid(id, "a key of the request is there twice");

    private static RpcCall Invalid(JsonElement id, string why) => new(id, "", default, new RpcError(RpcErrorCode.InvalidRequest, why));
}
