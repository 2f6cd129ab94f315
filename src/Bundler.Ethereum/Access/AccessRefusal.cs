using Bundler.Ethereum.JsonRpc;

namespace Bundler.Ethereum.Access;

/// <summary>What a node's error says of the node and not of the request.</summary>
public enum AccessRefusalKind
{
    /// <summary>The request itself is refused: any node would.</summary>
    OfTheRequest,

    /// <summary>Too many requests.</summary>
    RateLimited,

    /// <summary>The node does not serve this method, or not with these params; another may.</summary>
    NotServed,

    /// <summary>The node does not have this block or its state; another may.</summary>
    StateMissing,
}

/// <summary>Errors that another node might not give. Nodes and providers share no codes, so their words decide: one rule, one line.</summary>
public static class AccessRefusal
{
    private static readonly (string Words, AccessRefusalKind Kind)[] Rules =
    [
        ("rate limit", AccessRefusalKind.RateLimited),                    // QuickNode, Ankr, Alchemy
        ("too many requests", AccessRefusalKind.RateLimited),             // most gateways
        ("request limit", AccessRefusalKind.RateLimited),                 // Chainstack, QuickNode
        ("compute units per second", AccessRefusalKind.RateLimited),      // Alchemy
        ("request count exceeded", AccessRefusalKind.RateLimited),        // Infura
        ("header not found", AccessRefusalKind.StateMissing),             // geth, bsc
        ("unknown block", AccessRefusalKind.StateMissing),                // geth, nethermind
        ("block not found", AccessRefusalKind.StateMissing),              // erigon, reth
        ("missing trie node", AccessRefusalKind.StateMissing),            // geth, bsc
        ("tracer not found", AccessRefusalKind.NotServed),                // geth, bsc
        ("method not available", AccessRefusalKind.NotServed),            // providers' plans
        ("not whitelisted", AccessRefusalKind.NotServed),                 // gateways
    ];

    private const int LimitExceeded = -32005;
    private const int OverRateLimit = -32016;
    private const int OverCapacity = -32012;

    public static AccessRefusalKind KindOf(JsonRpcError error) => error.Code switch
    {
        JsonRpcError.MethodNotFound => AccessRefusalKind.NotServed,
        429 or OverRateLimit or OverCapacity => AccessRefusalKind.RateLimited,

        // EIP-1474's "limit exceeded", which some answer for too many results, a matter of the request.
        LimitExceeded when !error.Message.Contains("results", StringComparison.OrdinalIgnoreCase)
            && !error.Message.Contains("range", StringComparison.OrdinalIgnoreCase) => AccessRefusalKind.RateLimited,
        _ => Array.Find(Rules, rule => error.Message.Contains(rule.Words, StringComparison.OrdinalIgnoreCase)).Kind,
    };
}
