using System.Text.Json.Nodes;

namespace Bundler.Testing;

/// <summary>What a <see cref="FaultyProxy"/> does to a request instead of passing it on.</summary>
public abstract record ProxyFault
{
    /// <summary>Answers with a JSON-RPC error.</summary>
    public sealed record Refuse(int Code = -32005, string Message = "the range is not served") : ProxyFault
    {
        /// <summary>Which requests of the method, by their params; all, unless said otherwise.</summary>
        public Func<JsonNode?, bool> When { get; init; } = _ => true;
    }

    /// <summary>Answers the whole HTTP request with this status and no JSON.</summary>
    public sealed record Status(int Code = 500) : ProxyFault;

    /// <summary>Takes the request and answers nothing until the fault is gone; then it is passed on.</summary>
    /// <param name="When">Of which params; <c>null</c>: of all.</param>
    public sealed record Stall(Func<JsonNode?, bool>? When = null) : ProxyFault;

    /// <summary>Closes the connection; the node behind has heard nothing.</summary>
    public sealed record Drop : ProxyFault;

    /// <summary>Passes the request on and closes the connection instead of answering: the node has done it, and nobody knows.</summary>
    public sealed record LoseAnswer : ProxyFault;

    /// <summary>Passes the request on and changes the result.</summary>
    /// <param name="Change">From the params of the request and the true result to the one that is told.</param>
    public sealed record Lie(Func<JsonNode?, JsonNode?, JsonNode?> Change) : ProxyFault;
}
