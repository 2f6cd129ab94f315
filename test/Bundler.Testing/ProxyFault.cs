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

    /// <summary>Passes the request on and sends half of the answer.</summary>
    public sealed record Cut : ProxyFault;

    /// <summary>Answers the whole HTTP request with this text and status 200: a page of HTML, or JSON that answers nothing.</summary>
    public sealed record Text(string Body) : ProxyFault;

    /// <summary>Of all HTTP requests this share meets the fault, as the seed has it.</summary>
    /// <param name="Fault">What they meet.</param>
    /// <param name="Share">Between 0 and 1.</param>
    /// <param name="Seed">The same seed, the same order of good and bad.</param>
    public sealed record Sometimes(ProxyFault Fault, double Share, int Seed) : ProxyFault
    {
        private readonly Random _random = new(Seed);

        /// <summary>What the next request meets; <c>null</c>: nothing.</summary>
        public ProxyFault? Next()
        {
            lock (_random)
            {
                return _random.NextDouble() < Share ? Fault : null;
            }
        }
    }

    /// <summary>Passes the request on and changes the result.</summary>
    /// <param name="Change">From the params of the request and the true result to the one that is told.</param>
    public sealed record Lie(Func<JsonNode?, JsonNode?, JsonNode?> Change) : ProxyFault;
}
