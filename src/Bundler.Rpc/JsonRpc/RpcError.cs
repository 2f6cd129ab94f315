using System.Text.Json;

namespace Bundler.Rpc.JsonRpc;

/// <summary>The error object of JSON-RPC 2.0 section 5.1; <paramref name="Data"/> writes exactly one JSON value.</summary>
public sealed record RpcError(int Code, string Message, Action<Utf8JsonWriter>? Data = null);
