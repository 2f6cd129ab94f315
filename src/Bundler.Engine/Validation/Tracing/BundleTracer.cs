using System.Text.Json;
using System.Text.Json.Nodes;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Validation.Tracing;

/// <summary>
/// Traces a whole handleOps. Our own tracer looks at calls only: it takes as long as the call itself whatever operations do, and tells how heavy each of
/// them is. The nodes' callTracer also has the logs, and carries every input and output that an operation can think of.
/// </summary>
internal sealed class BundleTracer(DebugClient debug)
{
    public const string Full = "callTracer";

    /// <summary>The tracer that is small whatever operations do, as it is sent.</summary>
    public static string Lean { get; } = JsTracer.Load("bundle");

    /// <exception cref="JsonRpcException">The node refuses.</exception>
    /// <exception cref="TransportException">No answer, or one that is too large.</exception>
    /// <exception cref="CodecException">The answer is not a trace.</exception>
    public async Task<CallTrace> FullAsync(CallRequest call, StateOverride? delegations, TimeSpan timeLimit, CancellationToken cancellationToken) =>
        CallTraceReader.Read(await debug.TraceCallAsync(
            call, BlockTag.Latest, Full, new JsonObject { ["withLog"] = true }, delegations, null, timeLimit, cancellationToken));

    /// <inheritdoc cref="FullAsync"/>
    public async Task<LeanTrace> LeanAsync(CallRequest call, StateOverride? delegations, TimeSpan timeLimit, CancellationToken cancellationToken) =>
        JsTraceReader.ReadBundle(await debug.TraceCallAsync(call, BlockTag.Latest, Lean, null, delegations, null, timeLimit, cancellationToken));

    /// <summary>Traces nothing: throws when the node, or what it says, is in no order.</summary>
    public Task ProbeAsync(TimeSpan timeLimit, CancellationToken cancellationToken) => FullAsync(HandleOpsCall.Nothing, null, timeLimit, cancellationToken);

    /// <summary>Traces nothing by our own tracer: throws where the node has no JavaScript.</summary>
    public Task ProbeLeanAsync(TimeSpan timeLimit, CancellationToken cancellationToken) => LeanAsync(HandleOpsCall.Nothing, null, timeLimit, cancellationToken);
}
