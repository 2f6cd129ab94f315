namespace Bundler.Ethereum.Access;

/// <summary>What a URL is asked for.</summary>
[Flags]
public enum EndpointPurposes
{
    None = 0,

    /// <summary>All methods that are neither of the others.</summary>
    Reads = 1,

    /// <summary>debug_*.</summary>
    Traces = 2,

    /// <summary>eth_sendRawTransaction*.</summary>
    Sends = 4,

    /// <summary>newHeads over WebSocket.</summary>
    Heads = 8,

    All = Reads | Traces | Sends | Heads,
}

/// <summary>Which purpose a method serves: the routing table.</summary>
public static class EndpointRouting
{
    public static EndpointPurposes PurposeOf(string method) =>
        method.StartsWith("debug_", StringComparison.Ordinal) ? EndpointPurposes.Traces
        : method.StartsWith("eth_sendRaw", StringComparison.Ordinal) ? EndpointPurposes.Sends
        : EndpointPurposes.Reads;

    /// <summary>Whether the answer depends on how much of the chain the node knows.</summary>
    public static bool DependsOnHead(string method) =>
        PurposeOf(method) != EndpointPurposes.Sends && method is not ("eth_chainId" or "web3_clientVersion" or "net_version");
}
