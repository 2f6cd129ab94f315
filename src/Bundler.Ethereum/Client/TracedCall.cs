using System.Text.Json.Nodes;

namespace Bundler.Ethereum.Client;

/// <summary>One debug_traceCall.</summary>
/// <param name="Call">What to run.</param>
/// <param name="Tracer">The name of a tracer of the node, or the source of a JavaScript tracer.</param>
/// <param name="Config">What the tracer itself is told.</param>
/// <param name="State">Accounts that look different during the call.</param>
/// <param name="Block">A block that looks different during the call.</param>
public sealed record TracedCall(CallRequest Call, string Tracer, JsonNode? Config, StateOverride? State, BlockOverride? Block = null);
