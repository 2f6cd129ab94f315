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

/// <summary>A whole handleOps without what an operation can make large: no logs, and of an execution only what the EntryPoint calls.</summary>
/// <param name="Root">The frame of the transaction.</param>
/// <param name="Weights">Of each innerHandleOp, in order.</param>
internal sealed record LeanTrace(CallFrame Root, IReadOnlyList<TraceWeight> Weights);

/// <summary>What one execution adds to a trace that carries everything.</summary>
/// <param name="Calls">Frames below innerHandleOp.</param>
/// <param name="Bytes">Of their inputs and outputs; beyond what is heavy anyway they are not counted to their end.</param>
public readonly record struct TraceWeight(long Calls, long Bytes)
{
    /// <summary>What a frame without input and output is in a callTracer's answer.</summary>
    private const long FrameBytes = 600;

    /// <summary>A hundred of this size are an answer that is read without effort.</summary>
    private const long MostOfALightOne = 262_144;

    /// <summary>Too much to be traced together with others.</summary>
    public bool IsHeavy => (Calls * FrameBytes) + (2 * Bytes) > MostOfALightOne;
}

/// <summary>The answer of the nodes' own callTracer with <c>withLog</c>.</summary>
internal static class CallTraceReader
{
    /// <exception cref="CodecException">Not that tracer's answer; the path leads to the fault.</exception>
    public static CallTrace Read(JsonElement json)
    {
        List<TracedLog> logs = [];
        return new CallTrace(TraceShape.Read(json, (ref reader) => ReadFrame(ref reader, logs)), logs);
    }

    /// <summary>Takes the value of the property that <paramref name="reader"/> stands at, if it is one that geth's frames have in every tracer.</summary>
    public static bool TryReadHead(ref Utf8JsonReader reader, ref FrameDraft frame)
    {
        bool known = true;
        if (reader.ValueTextEquals("type"u8) && reader.Read())
        {
            frame.Kind = TraceShape.ReadKind(ref reader);
        }
        else if (reader.ValueTextEquals("from"u8) && reader.Read())
        {
            frame.From = reader.ReadAddress();
        }
        else if (reader.ValueTextEquals("to"u8))
        {
            frame.To = reader.ToValue() ? reader.ReadAddress() : null;
        }
        else if (reader.ValueTextEquals("value"u8))
        {
            frame.Value = reader.ToValue() ? reader.ReadQuantity() : UInt256.Zero;
        }
        else if (reader.ValueTextEquals("gas"u8) && reader.Read())
        {
            frame.Gas = reader.ReadUInt64();
        }
        else if (reader.ValueTextEquals("gasUsed"u8) && reader.Read())
        {
            frame.GasUsed = reader.ReadUInt64();
        }
        else if (reader.ValueTextEquals("input"u8))
        {
            frame.Input = reader.ToValue() ? reader.ReadBytes(TraceShape.InputBytes) : Bytes.Empty;
        }
        else if (reader.ValueTextEquals("output"u8))
        {
            frame.Output = reader.ToValue() ? reader.ReadBytes() : Bytes.Empty;
        }
        else if (reader.ValueTextEquals("error"u8))
        {
            frame.Error = reader.ToValue() ? reader.ReadString() : null;
        }
        else
        {
            known = false;
        }

        return known;
    }

    /// <summary>A frame of geth, complete.</summary>
    /// <exception cref="CodecException">A field that every frame has did not come.</exception>
    public static CallFrame Finish(in FrameDraft frame)
    {
        FrameDraft.Require(frame.Gas is not null, "gas");
        FrameDraft.Require(frame.GasUsed is not null, "gasUsed");
        return frame.Finish("type", "from");
    }

    private static CallFrame ReadFrame(ref Utf8JsonReader reader, List<TracedLog> logs)
    {
        FrameDraft draft = default;
        IReadOnlyList<TracedLog> own = [];
        int before = logs.Count;
        reader.EnterObject();
        while (reader.NextProperty())
        {
            if (TryReadHead(ref reader, ref draft))
            {
                continue;
            }

            if (reader.ValueTextEquals("logs"u8))
            {
                own = reader.ToValue() ? reader.ReadArray(ReadLog) : [];
            }
            else if (reader.ValueTextEquals("calls"u8))
            {
                draft.Calls = reader.ToValue() ? reader.ReadArray((ref call) => ReadFrame(ref call, logs)) : null;
            }
            else
            {
                reader.Skip();
            }
        }

        // Nodes write a frame's logs after its calls, and its error wherever they like.
        CallFrame frame = Finish(draft);
        if (frame.Failed)
        {
            logs.RemoveRange(before, logs.Count - before);
        }
        else
        {
            logs.InsertRange(before, own);
        }

        return frame;
    }

    private static TracedLog ReadLog(ref Utf8JsonReader reader)
    {
        Address? address = null;
        IReadOnlyList<Hash32> topics = [];
        Bytes data = Bytes.Empty;
        reader.EnterObject();
        while (reader.NextProperty())
        {
            if (reader.ValueTextEquals("address"u8) && reader.Read())
            {
                address = reader.ReadAddress();
            }
            else if (reader.ValueTextEquals("topics"u8))
            {
                topics = reader.ToValue() ? reader.ReadArray((ref topic) => topic.ReadHash()) : [];
            }
            else if (reader.ValueTextEquals("data"u8))
            {
                data = reader.ToValue() ? reader.ReadBytes() : Bytes.Empty;
            }
            else
            {
                reader.Skip();
            }
        }

        FrameDraft.Require(address is not null, "address");
        return new TracedLog(address!.Value, topics, data);
    }
}
