using System.Buffers.Binary;
using System.Collections;
using System.Text;
using Bundler.Ethereum.Primitives;

namespace Bundler.Ethereum.Abi;

/// <summary>Values to head and tail (contract ABI specification): one pass measures, one pass writes into a buffer of that size.</summary>
public static class AbiEncoder
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>abi.encode of the values: numbers as <see cref="UInt256"/> or BigInteger (and the integers that fit), lists for arrays and tuples.</summary>
    /// <exception cref="CodecException">A value does not fit its type; the path leads to it.</exception>
    public static Bytes Encode(IReadOnlyList<AbiType> types, params object[] values) => Encode([], AbiType.Tuple.Of(types), values);

    /// <summary><paramref name="prefix"/> (a selector, or nothing), then the components.</summary>
    internal static Bytes Encode(ReadOnlySpan<byte> prefix, AbiType.Tuple tuple, IReadOnlyList<object> values)
    {
        long size = MeasureTuple(tuple, values);
        if (size > Array.MaxLength - prefix.Length)
        {
            throw new CodecException($"the encoding would take {size} bytes");
        }

        byte[] buffer = new byte[prefix.Length + size];
        prefix.CopyTo(buffer);
        WriteTuple(tuple, values, buffer.AsSpan(prefix.Length), 0);
        return Bytes.Own(buffer);
    }

    private static long Measure(AbiType type, object value) => type switch
    {
        AbiType.Bytes => AbiType.WordSize + Padded(AbiWord.Binary(type, value).Length),
        AbiType.String => AbiType.WordSize + Padded(Utf8Length(type, value)),
        AbiType.Array array => AbiType.WordSize + MeasureList(array.Element, List(type, value)),
        AbiType.FixedArray array => MeasureList(array.Element, List(type, value, array.Length)),
        AbiType.Tuple tuple => MeasureTuple(tuple, List(type, value)),
        _ => AbiType.WordSize,
    };

    private static long MeasureTuple(AbiType.Tuple tuple, IReadOnlyList<object> values)
    {
        RequireCount(tuple, values.Count, tuple.Span.Length);
        long size = tuple.ContentSize;
        for (int i = 0; i < tuple.Span.Length; i++)
        {
            AbiParameter component = tuple.Span[i];
            if (component.Type.IsDynamic)
            {
                try
                {
                    size += Measure(component.Type, values[i]);
                }
                catch (CodecException fault)
                {
                    throw fault.Within(component.Segment(i));
                }
            }
        }

        return size;
    }

    private static long MeasureList(AbiType element, IReadOnlyList<object> values)
    {
        long size = (long)element.HeadSize * values.Count;
        for (int i = 0; element.IsDynamic && i < values.Count; i++)
        {
            try
            {
                size += Measure(element, values[i]);
            }
            catch (CodecException fault)
            {
                throw fault.Within($"[{i}]");
            }
        }

        return size;
    }

    // Every Write… returns where the next tail begins.
    private static int WriteTuple(AbiType.Tuple tuple, IReadOnlyList<object> values, Span<byte> buffer, int start)
    {
        RequireCount(tuple, values.Count, tuple.Span.Length);
        int head = start;
        int tail = start + tuple.ContentSize;
        for (int i = 0; i < tuple.Span.Length; i++)
        {
            AbiParameter component = tuple.Span[i];
            try
            {
                tail = WriteComponent(component.Type, values[i], buffer, start, head, tail);
            }
            catch (CodecException fault)
            {
                throw fault.Within(component.Segment(i));
            }

            head += component.Type.HeadSize;
        }

        return tail;
    }

    private static int WriteList(AbiType element, IReadOnlyList<object> values, Span<byte> buffer, int start)
    {
        int head = start;
        int tail = start + element.HeadSize * values.Count;
        for (int i = 0; i < values.Count; i++)
        {
            try
            {
                tail = WriteComponent(element, values[i], buffer, start, head, tail);
            }
            catch (CodecException fault)
            {
                throw fault.Within($"[{i}]");
            }

            head += element.HeadSize;
        }

        return tail;
    }

    private static int WriteComponent(AbiType type, object value, Span<byte> buffer, int start, int head, int tail)
    {
        if (!type.IsDynamic)
        {
            Write(type, value, buffer, head);
            return tail;
        }

        WriteNumber(tail - start, buffer, head);
        return Write(type, value, buffer, tail);
    }

    private static int Write(AbiType type, object value, Span<byte> buffer, int at)
    {
        switch (type)
        {
            case AbiType.Tuple tuple:
                return WriteTuple(tuple, List(type, value), buffer, at);
            case AbiType.FixedArray array:
                return WriteList(array.Element, List(type, value, array.Length), buffer, at);
            case AbiType.Array array:
                IReadOnlyList<object> elements = List(type, value);
                WriteNumber(elements.Count, buffer, at);
                return WriteList(array.Element, elements, buffer, at + AbiType.WordSize);
            case AbiType.Bytes:
                ReadOnlySpan<byte> bytes = AbiWord.Binary(type, value).Span;
                WriteNumber(bytes.Length, buffer, at);
                bytes.CopyTo(buffer[(at + AbiType.WordSize)..]);
                return at + AbiType.WordSize + (int)Padded(bytes.Length);
            case AbiType.String:
                int length = StrictUtf8.GetBytes((string)value, buffer[(at + AbiType.WordSize)..]);
                WriteNumber(length, buffer, at);
                return at + AbiType.WordSize + (int)Padded(length);
            default:
                AbiWord.Write(type, value, buffer.Slice(at, AbiType.WordSize));
                return at + AbiType.WordSize;
        }
    }

    private static void WriteNumber(int number, Span<byte> buffer, int at) =>
        BinaryPrimitives.WriteInt32BigEndian(buffer.Slice(at + AbiType.WordSize - sizeof(int)), number);

    private static long Padded(long length) => (length + AbiType.WordSize - 1) / AbiType.WordSize * AbiType.WordSize;

    /// <summary>The length of a string in UTF-8.</summary>
    /// <exception cref="CodecException">Not a string, or half a surrogate pair in it.</exception>
    internal static int Utf8Length(AbiType type, object value)
    {
        try
        {
            return StrictUtf8.GetByteCount(value as string ?? throw AbiWord.Mismatch(type, value));
        }
        catch (EncoderFallbackException fault)
        {
            throw new CodecException("", "the text is not valid Unicode", fault);
        }
    }

    private static IReadOnlyList<object> List(AbiType type, object value, int? count = null)
    {
        IReadOnlyList<object> list = value switch
        {
            IReadOnlyList<object> objects => objects,
            IList values => [.. values.Cast<object>()],
            _ => throw AbiWord.Mismatch(type, value),
        };
        if (count is { } expected)
        {
            RequireCount(type, list.Count, expected);
        }

        return list;
    }

    private static void RequireCount(AbiType type, int count, int expected)
    {
        if (count != expected)
        {
            throw new CodecException($"{type} takes {expected} values, got {count}");
        }
    }
}
