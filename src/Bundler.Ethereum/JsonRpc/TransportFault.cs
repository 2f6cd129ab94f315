namespace Bundler.Ethereum.JsonRpc;

/// <summary>Why there is no answer.</summary>
public enum TransportFault
{
    /// <summary>No connection, or it broke before the answer was complete.</summary>
    Unreachable,

    /// <summary>No complete answer within the time allowed.</summary>
    Timeout,

    /// <summary>An HTTP status other than 200, without a JSON-RPC body.</summary>
    HttpStatus,

    /// <summary>The answer is not JSON-RPC, or answers something else than was asked.</summary>
    Malformed,

    /// <summary>The answer exceeds the size allowed.</summary>
    TooLarge,

    /// <summary>More requests are waiting than are allowed to.</summary>
    Overloaded,

    /// <summary>The node does not know the newest block yet, so its answer would be of the past.</summary>
    Behind,
}
