using Bundler.Ethereum.Primitives;

namespace Bundler.Rpc.JsonRpc;

/// <summary>What callers hear of an exception: their own fault, the world's, or ours. Texts of the world's exceptions stay inside.</summary>
internal static class FaultReply
{
    public static RpcReply Of(Exception fault, string requestId) => fault switch
    {
        CodecException malformed => RpcReply.Failed(RpcErrorCode.InvalidParams, malformed.Message),
        OperationCanceledException or TimeoutException => RpcReply.Failed(RpcErrorCode.Unavailable, "the node is busy or stopping, try again"),
        _ => RpcReply.Failed(RpcErrorCode.InternalError, $"internal error, request {requestId}"),
    };

    public static RpcReply TimedOut(TimeSpan deadline) =>
        RpcReply.Failed(RpcErrorCode.TimedOut, $"the request timed out after {deadline.TotalSeconds:0.###} s");
}
