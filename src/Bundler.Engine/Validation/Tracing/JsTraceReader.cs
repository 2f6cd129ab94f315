using System.Buffers.Text;
using System.Text.Json;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Validation.Tracing;

/// <summary>The answer of <c>jstracer/erc7562.js</c> to a <see cref="ValidationTrace"/>; its keys are explained at the top of that file.</summary>
internal static class JsTraceReader
{
    /// <exception cref="CodecException">Not that tracer's answer; the path leads to the fault.</exception>
    public static ValidationTrace Read(JsonElement json) => TraceShape.Read(json, ReadTrace);

    /// <summary>The answer of <c>jstracer/bundle.js</c>: frames that are cut to what is read of them, and what the executions weigh.</summary>
    /// <exception cref="CodecException">Not that tracer's answer; the path leads to the fault.</exception>
    public static LeanTrace ReadBundle(JsonElement json) => TraceShape.Read(json, ReadBundle);

    private static ValidationTrace ReadTrace(ref Utf8JsonReader reader)
    {
        CallFrame? root = null;
        HashSet<Bytes> preimages = [];
        bool? cut = null;
        reader.EnterObject();
        while (reader.NextProperty())
        {
            if (reader.ValueTextEquals("root"u8) && reader.Read())
            {
                root = ReadFrame(ref reader, isRoot: true);
            }
            else if (reader.ValueTextEquals("keccak"u8))
            {
                preimages = reader.ToValue() ? [.. reader.ReadArray((ref preimage) => preimage.ReadBytes(bare: true))] : [];
            }
            else if (reader.ValueTextEquals("cut"u8) && reader.Read())
            {
                cut = reader.ReadBoolean();
            }
            else
            {
                reader.Skip();
            }
        }

        FrameDraft.Require(root is not null, "root");
        FrameDraft.Require(cut is not null, "cut");
        return new ValidationTrace(root!, preimages, cut!.Value);
    }

    private static LeanTrace ReadBundle(ref Utf8JsonReader reader)
    {
        CallFrame? root = null;
        IReadOnlyList<TraceWeight> weights = [];
        reader.EnterObject();
        while (reader.NextProperty())
        {
            if (reader.ValueTextEquals("root"u8) && reader.Read())
            {
                root = ReadFrame(ref reader, isRoot: true);
            }
            else if (reader.ValueTextEquals("weights"u8))
            {
                weights = reader.ToValue() ? reader.ReadArray(Weight) : [];
            }
            else
            {
                reader.Skip();
            }
        }

        FrameDraft.Require(root is not null, "root");
        return new LeanTrace(root!, weights);
    }

    private static CallFrame ReadFrame(ref Utf8JsonReader reader, bool isRoot)
    {
        FrameDraft draft = default;
        reader.EnterObject();
        while (reader.NextProperty())
        {
            byte key = reader.ValueSpan is [byte letter] ? letter : (byte)0;
            if (reader.ToValue())
            {
                ReadField(ref reader, key, ref draft);
            }
        }

        draft.OutOfGas = !isRoot && TraceShape.IsOutOfGas(draft.Error);
        CallFrame frame = draft.Finish("t", "f");
        FrameDraft.Require(draft.To is not null || frame is { IsCreation: true, Failed: true }, "a");
        return frame;
    }

    private static void ReadField(ref Utf8JsonReader reader, byte key, ref FrameDraft frame)
    {
        switch (key)
        {
            case (byte)'t': frame.Kind = TraceShape.ReadKind(ref reader); break;
            case (byte)'f': frame.From = reader.ReadAddress(); break;
            case (byte)'a': frame.To = reader.ReadAddress(); break;
            case (byte)'v': frame.Value = reader.ReadQuantity(); break;
            case (byte)'g': frame.Gas = reader.ReadNumber(); break;
            case (byte)'u': frame.GasUsed = reader.ReadNumber(); break;
            case (byte)'i': frame.Input = reader.ReadBytes(); break;
            case (byte)'o': frame.Output = reader.ReadBytes(); break;
            case (byte)'e': frame.Error = reader.ReadString(); break;
            case (byte)'p': frame.Opcodes = reader.ReadTable(Opcode, Count); break;
            case (byte)'r': frame.Reads = reader.ReadTable(Slot, (ref value) => value.ReadHash()); break;
            case (byte)'w': frame.Writes = reader.ReadTable(Slot, Count); break;
            case (byte)'b': frame.TransientReads = reader.ReadTable(Slot, Count); break;
            case (byte)'d': frame.TransientWrites = reader.ReadTable(Slot, Count); break;
            case (byte)'x': frame.ExtCodeAccess = reader.ReadArray(Account); break;
            case (byte)'n': frame.ContractSizes = reader.ReadTable(Account, Access, TraceShape.IsNoPrecompile); break;
            case (byte)'c': frame.Calls = reader.ReadArray((ref call) => ReadFrame(ref call, isRoot: false)); break;
            default: reader.Skip(); break;
        }
    }

    /// <summary>Calls and bytes, as an array of two.</summary>
    private static TraceWeight Weight(ref Utf8JsonReader reader) => reader.ReadArray(Count) is [int calls, int bytes]
        ? new TraceWeight(calls, bytes)
        : throw new CodecException("expected calls and bytes");

    /// <summary>Code size and opcode, as an array of two.</summary>
    private static ContractAccess Access(ref Utf8JsonReader reader)
    {
        IReadOnlyList<int> pair = reader.ReadArray(Count);
        return pair is [int size, >= 0 and <= byte.MaxValue and int opcode]
            ? new ContractAccess(size, (byte)opcode)
            : throw new CodecException("expected a code size and an opcode");
    }

    private static byte Opcode(ref Utf8JsonReader reader) =>
        Utf8Parser.TryParse(reader.ValueSpan, out byte opcode, out int read) && read == reader.ValueSpan.Length
            ? opcode
            : throw new CodecException("an opcode's name is no number of a byte");

    private static int Count(ref Utf8JsonReader reader) => reader.ReadInt32();

    private static Hash32 Slot(ref Utf8JsonReader reader) => reader.ReadHash(bare: true);

    private static Address Account(ref Utf8JsonReader reader) => reader.ReadAddress(bare: true);
}
