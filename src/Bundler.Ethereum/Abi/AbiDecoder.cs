using System.Text;
using Bundler.Ethereum.Primitives;

namespace Bundler.Ethereum.Abi;

/// <summary>
/// Head and tail to values, for data that strangers wrote: every offset and length is checked against the data before anything is
/// allocated, and tails that overlap (the ABI allows it) may not add up to more than a multiple of the data.
/// </summary>
public static class AbiDecoder
{
    /// <summary>How many times over the words of the data may be read, shared tails included.</summary>
    private const long WorkFactor = 8;

    private const long WorkAllowance = 1024;

    /// <summary>The values in the representation <see cref="AbiType"/> documents; data after the last tail is ignored, invalid UTF-8 becomes U+FFFD.</summary>
    /// <exception cref="CodecException">Not an encoding of the types; the path leads to the fault.</exception>
    public static object[] Decode(IReadOnlyList<AbiType> types, ReadOnlySpan<byte> data) => Decode(AbiType.Tuple.Of(types), data);

    internal static object[] Decode(AbiType.Tuple tuple, ReadOnlySpan<byte> data) => new Reader(data).Components(tuple, 0);

    private ref struct Reader(ReadOnlySpan<byte> data)
    {
        private readonly ReadOnlySpan<byte> _data = data;
        private long _workLeft = WorkAllowance + WorkFactor * (data.Length / AbiType.WordSize);

        public object[] Components(AbiType.Tuple tuple, int start)
        {
            ReadOnlySpan<AbiParameter> components = tuple.Span;
            Require(start, tuple.ContentSize);
            object[] values = new object[components.Length];
            int head = start;
            for (int i = 0; i < values.Length; i++)
            {
                AbiParameter component = components[i];
                try
                {
                    values[i] = Component(component.Type, start, head);
                }
                catch (CodecException fault)
                {
                    throw fault.Within(component.Segment(i));
                }

                head += component.Type.HeadSize;
            }

            return values;
        }

        private object[] Elements(AbiType element, int count, int start)
        {
            Require(start, (long)element.HeadSize * count);
            object[] values = new object[count];
            int head = start;
            for (int i = 0; i < count; i++)
            {
                try
                {
                    values[i] = Component(element, start, head);
                }
                catch (CodecException fault)
                {
                    throw fault.Within($"[{i}]");
                }

                head += element.HeadSize;
            }

            return values;
        }

        private object Component(AbiType type, int start, int head)
        {
            if (!type.IsDynamic)
            {
                return Value(type, head);
            }

            int offset = Number(head, "offset");
            return offset <= _data.Length - start
                ? Value(type, start + offset)
                : throw new CodecException($"the offset {offset} leads beyond the data of {_data.Length} bytes");
        }

        private object Value(AbiType type, int at) => type switch
        {
            AbiType.Tuple tuple => Components(tuple, at),
            AbiType.FixedArray array => Elements(array.Element, array.Length, at),
            AbiType.Array array => Elements(array.Element, Number(at, "length"), at + AbiType.WordSize),
            AbiType.Bytes => Bytes.From(Tail(at)),
            AbiType.String => Encoding.UTF8.GetString(Tail(at)),
            _ => AbiWord.Read(type, Word(at)),
        };

        // The padding after a tail is neither required nor judged: contracts revert with unpadded data, and Solidity does not look at it.
        private ReadOnlySpan<byte> Tail(int at)
        {
            int length = Number(at, "length");
            Require(at + AbiType.WordSize, length);
            Charge(length / AbiType.WordSize);
            return _data.Slice(at + AbiType.WordSize, length);
        }

        /// <summary>An offset or length: never more than the data has bytes.</summary>
        private int Number(int at, string what)
        {
            UInt256 number = UInt256.FromBigEndian(Word(at));
            return number.FitsUInt64 && (ulong)number <= (ulong)_data.Length
                ? (int)(ulong)number
                : throw new CodecException($"the {what} {number} exceeds the data of {_data.Length} bytes");
        }

        private ReadOnlySpan<byte> Word(int at)
        {
            Require(at, AbiType.WordSize);
            Charge(1);
            return _data.Slice(at, AbiType.WordSize);
        }

        // What is allocated ahead of the reading is at most one object per word of the data and level of the type.
        private void Charge(int words)
        {
            _workLeft -= words;
            if (_workLeft < 0)
            {
                throw new CodecException("the data refers to itself too often");
            }
        }

        private readonly void Require(int at, long length)
        {
            if (length > _data.Length - at)
            {
                throw new CodecException($"{length} bytes expected at {at}, the data ends at {_data.Length}");
            }
        }
    }
}
