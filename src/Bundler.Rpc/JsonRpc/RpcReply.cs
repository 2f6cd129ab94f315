using System.Text.Json;
using Bundler.Erc4337;

namespace Bundler.Rpc.JsonRpc;

/// <summary>A method's answer: a result that writes itself, or an error.</summary>
public sealed class RpcReply
{
    private RpcReply(Action<Utf8JsonWriter>? result, RpcError? error)
    {
        Result = result;
        Error = error;
    }

    /// <summary>The answer <c>null</c>: what was asked for is not known.</summary>
    public static RpcReply Null { get; } = Of(static writer => writer.WriteNullValue());

    /// <summary>Writes the value of <c>result</c>; null when there is an error.</summary>
    public Action<Utf8JsonWriter>? Result { get; }

    public RpcError? Error { get; }

    /// <param name="write">Writes exactly one JSON value.</param>
    public static RpcReply Of(Action<Utf8JsonWriter> write) => new(write, null);

    public static RpcReply Text(string value) => Of(writer => writer.WriteStringValue(value));

    /// <param name="code">One of <see cref="RpcErrorCode"/> or of ERC-7769.</param>
    /// <param name="message">One sentence for the caller.</param>
    /// <param name="data">Writes exactly one JSON value.</param>
    public static RpcReply Failed(int code, string message, Action<Utf8JsonWriter>? data = null) => new(null, new RpcError(code, message, data));

    public static RpcReply Failed(RpcError error) => new(null, error);

    /// <summary>The operation was not taken: the code, message and data that ERC-7769 asks for.</summary>
    public static RpcReply Rejected(Rejection rejection) => Failed(RejectionJson.ToError(rejection));

    /// <summary>The value written by <paramref name="write"/>, or the rejection.</summary>
    public static RpcReply From<T>(Outcome<T> outcome, Action<Utf8JsonWriter, T> write)
        where T : notnull
    {
        if (!outcome.Accepted)
        {
            return Rejected(outcome.Rejection);
        }

        T value = outcome.Value;
        return Of(writer => write(writer, value));
    }
}
