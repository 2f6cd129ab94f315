using System.Text.Json.Nodes;
using Bundler.Engine.Validation;
using Bundler.Engine.Validation.Tracing;
using Bundler.Erc4337;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Options;

namespace Bundler.Engine.Gas;

/// <summary>
/// Runs an operation with limits of its call and of postOp, by the helper, and tells what each run did: with the nodes' own tracers, which are quick, and
/// all in one round trip.
/// </summary>
public sealed class DeedTracer(DebugClient debug, ITraceSource traces, IOptions<ValidationOptions> options)
{
    private const string StateTracer = "prestateTracer";
    private const int TracersOfARun = 2;

    private readonly TimeSpan _timeout = options.Value.TraceTimeout;

    /// <summary>The node can trace, so that operations are judged by ERC-7562 when they are sent.</summary>
    public bool CanTrace => traces.SeesOpcodes;

    /// <returns>One deed for each; nothing where the node has no tracer, or none that copes with this operation.</returns>
    internal async Task<Deed[]> RunAsync(IReadOnlyList<CallRequest> runs, StateOverride state, CancellationToken cancellationToken)
    {
        if (!CanTrace)
        {
            return [];
        }

        TracedCall[] calls = [.. runs.SelectMany(run => new[]
        {
            new TracedCall(run, BundleTracer.Full, new JsonObject { ["withLog"] = true }, state),
            new TracedCall(run, StateTracer, new JsonObject { ["diffMode"] = true }, state),
        })];
        try
        {
            IReadOnlyList<JsonRpcResponse> answers = await debug.TraceCallsAsync(calls, BlockTag.Latest, _timeout, cancellationToken);
            return answers.Any(answer => answer.Error is not null)
                ? []
                : [.. answers.Chunk(TracersOfARun).Select(pair => Deed.Of(CallTraceReader.Read(pair[0].Result), pair[1].Result))];
        }
        catch (Exception fault) when (fault is TransportException or CodecException)
        {
            // The limits are found without it; that nothing more is known of them is no reason to refuse.
            return [];
        }
    }
}
