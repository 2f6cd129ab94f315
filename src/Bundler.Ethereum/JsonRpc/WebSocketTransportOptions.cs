namespace Bundler.Ethereum.JsonRpc;

/// <summary>Where a node answers over WebSocket, and the bounds of the connection.</summary>
public sealed record WebSocketTransportOptions
{
    /// <summary>ws or wss; a user and password in it become basic authentication.</summary>
    public required Uri Url { get; init; }

    /// <summary>From sending the request to its answer; the wait for a connection counts.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    public AnswerBounds Bounds { get; init; } = new();

    /// <summary>Requests waiting for their answer; one more is refused.</summary>
    public int MaxPending { get; init; } = 1024;

    /// <summary>Before the first attempt to connect again; it doubles from one to the next.</summary>
    public TimeSpan FirstReconnectDelay { get; init; } = TimeSpan.FromMilliseconds(250);

    public TimeSpan MaxReconnectDelay { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often a silent connection is asked whether it lives.</summary>
    public TimeSpan KeepAliveInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long it may take to say so.</summary>
    public TimeSpan KeepAliveTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Headers for the handshake, such as an API key.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();
}
