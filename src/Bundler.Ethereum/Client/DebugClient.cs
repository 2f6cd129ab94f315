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
        JsonRpcRequest request = JsonRpcRequest.Create("debug_traceCall", writer =>
        {
            call.WriteTo(writer);
            tag.WriteTo(writer);
            writer.WriteStartObject();
            WriteTracer(writer, tracer, tracerConfig, timeout);
            if (state is { IsEmpty: false })
            {
                writer.WritePropertyName("stateOverrides");
                state.WriteTo(writer);
            }

            if (block is not null)
            {
                writer.WritePropertyName("blockOverrides");
                block.WriteTo(writer);
            }

            writer.WriteEndObject();
        });
        return transport.SendAsync(request, cancellationToken);
    }

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
