using System.Text.Json;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Validation.Tracing;

/// <summary>A log as callTracer shows it.</summary>
internal sealed record TracedLog(Address Address, IReadOnlyList<Hash32> Topics, Bytes Data);

/// <summary>A whole call with its logs, without what only ERC-7562 asks for.</summary>
/// <param name="Root">The frame of the transaction.</param>
/// <param name="Logs">The logs that were not reverted, in the order of the frames that emitted them.</param>
internal sealed record CallTrace(CallFrame Root, IReadOnlyList<TracedLog> Logs);

/// <summary>The answer of the nodes' own callTracer with <c>withLog</c>.</summary>
internal static class CallTraceReader
{
    /// <exception cref="CodecException">Not that tracer's answer; the path leads to the fault.</exception>
    public static CallTrace Read(JsonElement json)
    {
        List<TracedLog> logs = [];
        return new CallTrace(TraceShape.Read(() => ReadFrame(json, logs)), logs);
    }

    /// <summary>The fields that geth's frames have in every tracer, without the calls.</summary>
    public static CallFrame ReadHead(JsonElement json)
    {
        string? error = json.TryGetProperty("error", out JsonElement text) ? text.GetString() : null;
        CallKind kind = TraceShape.Kind(json.Required("type", EthereumJson.ReadString));
        bool created = kind is not (CallKind.Create or CallKind.Create2) || error is null;
        return new CallFrame
        {
            Kind = kind,
            From = json.Required("from", EthereumJson.ReadAddress),
            To = created ? json.Optional("to", EthereumJson.ReadAddress) : null,
            Value = json.Optional("value", EthereumJson.ReadQuantity) ?? UInt256.Zero,
            Gas = json.Required("gas", EthereumJson.ReadUInt64),
            GasUsed = json.Required("gasUsed", EthereumJson.ReadUInt64),
            Input = json.Optional("input", input => EthereumJson.ReadBytes(input, TraceShape.InputBytes)) ?? Bytes.Empty,
            Output = json.Optional("output", EthereumJson.ReadBytes) ?? Bytes.Empty,
            Error = error,
        };
    }

    private static CallFrame ReadFrame(JsonElement json, List<TracedLog>? logs)
    {
        CallFrame frame = ReadHead(json);
        List<TracedLog>? kept = frame.Failed ? null : logs;
        kept?.AddRange(json.OptionalArray("logs", ReadLog));
        return frame with { Calls = json.OptionalArray("calls", call => ReadFrame(call, kept)) };
    }

    private static TracedLog ReadLog(JsonElement json) => new(
        json.Required("address", EthereumJson.ReadAddress),
        json.OptionalArray("topics", EthereumJson.ReadHash),
        json.Optional("data", EthereumJson.ReadBytes) ?? Bytes.Empty);
}
