namespace Bundler.Ethereum.JsonRpc;

/// <summary>The node gave no JSON-RPC answer; whether it acted on the request is unknown.</summary>
public sealed class TransportException(TransportFault fault, string message, Exception? inner = null) : Exception(message, inner)
{
    public TransportFault Fault { get; } = fault;

    /// <summary>The HTTP status, when that is the fault.</summary>
    public int? StatusCode { get; init; }

    /// <summary>How long the node wants to be left alone, when it says so.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The bytes that an answer may have, when it has more.</summary>
    public int? Bound { get; init; }

    /// <summary>Too many requests: the node has not looked at this one, so that anything may be sent again.</summary>
    public bool IsRateLimit => StatusCode == 429;

    /// <summary>The answer is well-formed and says nothing: neither a result nor an error that means something. Asking again costs little.</summary>
    public bool IsHollow { get; init; }

    /// <summary>Whether the same request may well succeed when sent again.</summary>
    public bool IsTransient => Fault switch
    {
        TransportFault.TooLarge => false,
        TransportFault.HttpStatus => StatusCode is 408 or 429 or >= 500,
        _ => true,
    };
}
