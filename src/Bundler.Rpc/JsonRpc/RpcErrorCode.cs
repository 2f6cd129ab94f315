namespace Bundler.Rpc.JsonRpc;

/// <summary>The codes that are not a Rejection: of JSON-RPC 2.0, and of EIP-1474 for what the world does.</summary>
public static class RpcErrorCode
{
    public const int ParseError = -32700;
    public const int InvalidRequest = -32600;
    public const int MethodNotFound = -32601;
    public const int InvalidParams = -32602;

    /// <summary>A fault of our own; never what a caller or the world did.</summary>
    public const int InternalError = -32603;

    /// <summary>Something the node needs (the Ethereum node, the store) does not answer now.</summary>
    public const int Unavailable = -32000;

    /// <summary>The deadline of a call has passed.</summary>
    public const int TimedOut = -32002;

    /// <summary>EIP-1474 "method not supported": another node of the fleet does this now.</summary>
    public const int Elsewhere = -32004;

    /// <summary>EIP-1474 "limit exceeded": too much is asked at once.</summary>
    public const int LimitExceeded = -32005;
}
