using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;

namespace Bundler.Ethereum.Client;

/// <summary>The debug_ calls we use; they throw as <see cref="EthClient"/>'s do.</summary>
public sealed class DebugClient(IJsonRpcTransport transport)
{
    /// <summary>Runs a call that leaves no trace on the chain, and traces it.</summary>
    /// <param name="call">What to run.</param>
    /// <param name="tag">On which state.</param>
    /// <param name="tracer">The name of a tracer of the node, or the source of a JavaScript tracer.</param>
    /// <param name="tracerConfig">What the tracer itself is told.</param>
    /// <param name="state">Accounts that look different during the call.</param>
    /// <param name="block">A block that looks different during the call.</param>
    /// <param name="timeout">What the node allows itself; the transport's own bound is another one.</param>
    /// <param name="cancellationToken">Gives up waiting; the node goes on.</param>
    /// <returns>Whatever the tracer returns.</returns>
    public Task<JsonElement> TraceCallAsync(
        CallRequest call,
        BlockTag tag,
        string tracer,
        JsonNode? tracerConfig,
        StateOverride? state,
        BlockOverride? block,
        TimeSpan timeout,
        CancellationToken cancellationToken)
    {
        return transport.SendAsync(TraceCall(new TracedCall(call, tracer, tracerConfig, state, block), tag, timeout), cancellationToken);
    }

    /// <summary>Several such calls in one round trip, each with its own answer, or its own error.</summary>
    /// <param name="calls">What to run, and what looks on.</param>
    /// <param name="tag">On which state.</param>
    /// <param name="timeout">What the node allows itself for each.</param>
    /// <param name="cancellationToken">Gives up waiting; the node goes on.</param>
    public Task<IReadOnlyList<JsonRpcResponse>> TraceCallsAsync(
        IReadOnlyList<TracedCall> calls, BlockTag tag, TimeSpan timeout, CancellationToken cancellationToken) =>
        transport.SendBatchAsync([.. calls.Select(call => TraceCall(call, tag, timeout))], cancellationToken);

    /// <summary>Runs a mined transaction again, and traces it.</summary>
    /// <param name="transaction">The hash of a mined transaction.</param>
    /// <param name="tracer">The name of a tracer of the node, or the source of a JavaScript tracer.</param>
    /// <param name="tracerConfig">What the tracer itself is told.</param>
    /// <param name="timeout">What the node allows itself.</param>
    /// <param name="cancellationToken">Gives up waiting; the node goes on.</param>
    /// <returns>Whatever the tracer returns.</returns>
    public Task<JsonElement> TraceTransactionAsync(
        Hash32 transaction, string tracer, JsonNode? tracerConfig, TimeSpan timeout, CancellationToken cancellationToken)
    {
        JsonRpcRequest request = JsonRpcRequest.Create("debug_traceTransaction", writer =>
        {
            writer.WriteHashValue(transaction);
            writer.WriteStartObject();
            WriteTracer(writer, tracer, tracerConfig, timeout);
            writer.WriteEndObject();
        });
        return transport.SendAsync(request, cancellationToken);
    }

    private static JsonRpcRequest TraceCall(TracedCall traced, BlockTag tag, TimeSpan timeout) => JsonRpcRequest.Create("debug_traceCall", writer =>
    {
        traced.Call.WriteTo(writer);
        tag.WriteTo(writer);
        writer.WriteStartObject();
        WriteTracer(writer, traced.Tracer, traced.Config, timeout);
        if (traced.State is { IsEmpty: false } state)
        {
            writer.WritePropertyName("stateOverrides");
            state.WriteTo(writer);
        }

        if (traced.Block is { } block)
        {
            writer.WritePropertyName("blockOverrides");
            block.WriteTo(writer);
        }

        writer.WriteEndObject();
    });

    private static void WriteTracer(Utf8JsonWriter writer, string tracer, JsonNode? tracerConfig, TimeSpan timeout)
    {
        writer.WriteString("tracer", tracer);
        if (tracerConfig is not null)
        {
            writer.WritePropertyName("tracerConfig");
            tracerConfig.WriteTo(writer);
        }

        // A Go duration.
        writer.WriteString("timeout", string.Create(CultureInfo.InvariantCulture, $"{(long)timeout.TotalMilliseconds}ms"));
    }
}
