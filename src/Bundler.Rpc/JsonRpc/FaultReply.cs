using Bundler.Engine;
using Bundler.Engine.Admission;
using Bundler.Engine.Inclusion;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;

namespace Bundler.Rpc.JsonRpc;

/// <summary>What callers hear of an exception: their own fault, the world's, or ours. Texts of the world's exceptions stay inside.</summary>
internal static class FaultReply
{
    public static RpcReply Of(Exception fault, string requestId) => fault switch
    {
        // Everything read through RpcParams has a path there; other malformed things came from the Ethereum node.
        CodecException malformed when malformed.Path.StartsWith("params", StringComparison.Ordinal) =>
            RpcReply.Failed(RpcErrorCode.InvalidParams, malformed.Message),
        TransportException { Fault: TransportFault.TooLarge } =>
            RpcReply.Failed(RpcErrorCode.Unavailable, "the Ethereum node's answer is larger than is read (Bundler:Ethereum:Max…Megabytes)"),
        TransportException or JsonRpcException => RpcReply.Failed(RpcErrorCode.Unavailable, "the Ethereum node does not answer, try again"),
        CodecException => RpcReply.Failed(RpcErrorCode.Unavailable, "the Ethereum node's answer cannot be read, try again"),
        StoreUnavailableException => RpcReply.Failed(RpcErrorCode.Unavailable, "the storage is unavailable, try again"),
        HistoryUnknownException unknown => RpcReply.Failed(RpcErrorCode.Unavailable, $"{unknown.Message}, try again"),
        NodeStoppingException => RpcReply.Failed(RpcErrorCode.Unavailable, "the node is shutting down and takes no operations"),
        TooManyWaitingException => RpcReply.Failed(RpcErrorCode.LimitExceeded, "too many requests at once, try again"),
        OperationCanceledException or TimeoutException => RpcReply.Failed(RpcErrorCode.Unavailable, "the node is busy or stopping, try again"),
        _ => RpcReply.Failed(RpcErrorCode.InternalError, $"internal error, request {requestId}"),
    };

    public static RpcReply TimedOut(TimeSpan deadline) =>
        RpcReply.Failed(RpcErrorCode.TimedOut, $"the request timed out after {deadline.TotalSeconds:0.###} s");

    /// <summary>The world's fault in a word for the operator, without texts that might hold a URL or a parameter.</summary>
    public static string NameOf(Exception fault) => fault switch
    {
        TransportException transport => $"transport {transport.Fault}",
        JsonRpcException node => $"node error {node.Error.Code}",
        CodecException malformed => $"malformed {malformed.Path}",
        _ => fault.GetType().Name,
    };
}
