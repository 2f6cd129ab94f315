using System.Globalization;
using System.Text.Json;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Validation.Tracing;

/// <summary>
/// The answer of geth's (BSC's) erc7562Tracer to a <see cref="ValidationTrace"/>. It knows no phases: execution begins where the EntryPoint calls
/// innerHandleOp, and what follows is left away.
/// </summary>
internal static class NativeTraceReader
{
    /// <param name="json">The tracer's result.</param>
    /// <param name="innerHandleOp">The selectors with which EntryPoints of any version begin execution.</param>
    /// <exception cref="CodecException">Not that tracer's answer; the path leads to the fault.</exception>
    public static ValidationTrace Read(JsonElement json, IReadOnlySet<uint> innerHandleOp)
    {
        HashSet<Bytes> preimages = [];
        CallFrame root = TraceShape.Read(json, (ref reader) => ReadFrame(ref reader, preimages));
        List<CallFrame> validation = [.. root.Calls.TakeWhile(call => !(call.To == root.To && innerHandleOp.Contains(call.Selector)))];
        return new ValidationTrace(root with { Calls = validation }, preimages, ReachedExecution: validation.Count < root.Calls.Count);
    }

    /// <param name="reader">Stands at the frame.</param>
    /// <param name="preimages">Where the root's hashed data go; <c>null</c> for any other frame.</param>
    private static CallFrame ReadFrame(ref Utf8JsonReader reader, HashSet<Bytes>? preimages)
    {
        FrameDraft draft = default;
        reader.EnterObject();
        while (reader.NextProperty())
        {
            if (!CallTraceReader.TryReadHead(ref reader, ref draft) && !TryReadFact(ref reader, ref draft, preimages))
            {
                reader.Skip();
            }
        }

        draft.OutOfGas &= preimages is null;
        return CallTraceReader.Finish(draft);
    }

    /// <summary>Takes the value of the property that <paramref name="reader"/> stands at, if it is one of those that only ERC-7562 asks for.</summary>
    private static bool TryReadFact(ref Utf8JsonReader reader, ref FrameDraft frame, HashSet<Bytes>? preimages)
    {
        bool known = true;
        if (reader.ValueTextEquals("outOfGas"u8))
        {
            frame.OutOfGas = reader.ToValue() && reader.ReadBoolean();
        }
        else if (reader.ValueTextEquals("usedOpcodes"u8))
        {
            // A node may leave out fewer opcodes than it was told to: BSC's copy of the tracer has its own idea of some.
            frame.Opcodes = reader.ToValue() ? reader.ReadTable(Opcode, Count, opcode => !TracedOpcodes.IsIgnored(opcode)) : null;
        }
        else if (reader.ValueTextEquals("accessedSlots"u8))
        {
            ReadSlots(ref reader, ref frame);
        }
        else if (reader.ValueTextEquals("extCodeAccessInfo"u8))
        {
            frame.ExtCodeAccess = reader.ToValue() ? [.. reader.ReadArray((ref account) => account.ReadAddress()).Distinct()] : null;
        }
        else if (reader.ValueTextEquals("contractSize"u8))
        {
            frame.ContractSizes = reader.ToValue() ? reader.ReadTable((ref name) => name.ReadAddress(), Access, TraceShape.IsNoPrecompile) : null;
        }
        else if (reader.ValueTextEquals("calls"u8))
        {
            frame.Calls = reader.ToValue() ? reader.ReadArray((ref call) => ReadFrame(ref call, null)) : null;
        }
        else if (preimages is not null && reader.ValueTextEquals("keccak"u8) && reader.ToValue())
        {
            preimages.UnionWith(reader.ReadArray((ref hashed) => hashed.ReadBytes()).Where(hashed => TraceShape.IsAssociationPreimage(hashed)));
        }
        else
        {
            known = false;
        }

        return known;
    }

    private static void ReadSlots(ref Utf8JsonReader reader, ref FrameDraft frame)
    {
        if (!reader.ToValue())
        {
            return;
        }

        reader.EnterObject();
        while (reader.NextProperty())
        {
            if (reader.ValueTextEquals("reads"u8))
            {
                frame.Reads = reader.ToValue() ? reader.ReadTable(Slot, FirstValue) : null;
            }
            else if (reader.ValueTextEquals("writes"u8))
            {
                frame.Writes = reader.ToValue() ? reader.ReadTable(Slot, Count) : null;
            }
            else if (reader.ValueTextEquals("transientReads"u8))
            {
                frame.TransientReads = reader.ToValue() ? reader.ReadTable(Slot, Count) : null;
            }
            else if (reader.ValueTextEquals("transientWrites"u8))
            {
                frame.TransientWrites = reader.ToValue() ? reader.ReadTable(Slot, Count) : null;
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private static ContractAccess Access(ref Utf8JsonReader reader)
    {
        int? size = null;
        int? opcode = null;
        reader.EnterObject();
        while (reader.NextProperty())
        {
            if (reader.ValueTextEquals("contractSize"u8) && reader.Read())
            {
                size = reader.ReadInt32();
            }
            else if (reader.ValueTextEquals("opcode"u8) && reader.Read())
            {
                opcode = reader.ReadInt32();
            }
            else
            {
                reader.Skip();
            }
        }

        FrameDraft.Require(size is not null, "contractSize");
        FrameDraft.Require(opcode is >= 0 and <= byte.MaxValue, "opcode");
        return new ContractAccess(size!.Value, (byte)opcode!.Value);
    }

    /// <summary>Of the values that a slot had when it was read, the first.</summary>
    private static Hash32 FirstValue(ref Utf8JsonReader reader) =>
        reader.ReadArray((ref value) => value.ReadHash()) is [Hash32 first, ..] ? first : throw new CodecException("a slot that was read has no value");

    private static int Count(ref Utf8JsonReader reader) => reader.ReadInt32();

    private static Hash32 Slot(ref Utf8JsonReader reader) => reader.ReadHash();

    private static byte Opcode(ref Utf8JsonReader reader) =>
        byte.TryParse(reader.ValueSpan is [(byte)'0', (byte)'x', .. var digits] ? digits : default, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte opcode)
            ? opcode
            : throw new CodecException("an opcode's name is no hex number of a byte");
}
