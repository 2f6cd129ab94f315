using System.Text.Json;

namespace Bundler.Ethereum.JsonRpc;

/// <summary>The error object of JSON-RPC 2.0, as a node gives it and as we answer with it.</summary>
public sealed record JsonRpcError(int Code, string Message, JsonElement? Data = null)
{
    public const int ParseError = -32700;
    public const int InvalidRequest = -32600;
    public const int MethodNotFound = -32601;
    public const int InvalidParams = -32602;
    public const int InternalError = -32603;

    /// <summary>The answer is there, and larger than is sent (jsonrpsee, so reth) or read (<see cref="AnswerBounds"/>).</summary>
    public const int Oversized = -32008;

    public override string ToString() => $"{Message} (code {Code})";
}
