using System.Text.Json;
using System.Text.Json.Nodes;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Validation.Tracing;

/// <summary>
/// Traces a whole handleOps. The nodes' own callTracer is quick, and carries every input and output that an operation can think of; where that is
/// too large, our JavaScript tracer brings what is read of it and no more.
/// </summary>
internal sealed class BundleTracer(DebugClient debug)
{
    public const string Quick = "callTracer";

    /// <summary>The tracer that is small whatever operations do, as it is sent.</summary>
    public static string Small { get; } = JsTracer.Load("bundle");

    /// <exception cref="JsonRpcException">The node refuses.</exception>
    /// <exception cref="TransportException">No answer, or one that is too large, whatever is traced.</exception>
    /// <exception cref="CodecException">The answer is not a trace.</exception>
    public async Task<CallTrace> TraceAsync(CallRequest call, StateOverride? delegations, TimeSpan timeLimit, CancellationToken cancellationToken)
    {
        try
        {
            return CallTraceReader.Read(await QuickAsync(call, delegations, timeLimit, cancellationToken));
        }
        catch (Exception fault) when (IsTooLarge(fault))
        {
            if (await SmallAsync(call, delegations, timeLimit, cancellationToken) is { } trace)
            {
                return trace;
            }

            throw;
        }
    }

    private static bool IsTooLarge(Exception fault) =>
        fault is TransportException { Fault: TransportFault.TooLarge } || (fault is JsonRpcException refusal && TraceFault.IsOfItsSize(refusal.Error));

    /// <summary>Traces nothing: throws when the node, or what it says, is in no order.</summary>
    public async Task ProbeAsync(TimeSpan timeLimit, CancellationToken cancellationToken) =>
        CallTraceReader.Read(await QuickAsync(HandleOpsCall.Nothing, null, timeLimit, cancellationToken));

    private Task<JsonElement> QuickAsync(CallRequest call, StateOverride? delegations, TimeSpan timeLimit, CancellationToken cancellationToken) =>
        debug.TraceCallAsync(call, BlockTag.Latest, Quick, new JsonObject { ["withLog"] = true }, delegations, null, timeLimit, cancellationToken);

    /// <returns><c>null</c> from a node that has no JavaScript.</returns>
    private async Task<CallTrace?> SmallAsync(CallRequest call, StateOverride? delegations, TimeSpan timeLimit, CancellationToken cancellationToken)
    {
        try
        {
            return JsTraceReader.ReadBundle(await debug.TraceCallAsync(call, BlockTag.Latest, Small, null, delegations, null, timeLimit, cancellationToken));
        }
        catch (JsonRpcException refusal) when (!TraceFault.IsOfItsTime(refusal.Error))
        {
            return null;
        }
    }
}
