using Bundler.Ethereum.Primitives;

namespace Bundler.Ethereum.Rlp;

/// <summary>Reads RLP items one after the other and accepts only the canonical form, so that one value has one encoding.</summary>
public ref struct RlpReader
{
    /// <summary>How deep lists may nest.</summary>
    public const int MaxDepth = 64;

    private readonly ReadOnlySpan<byte> _bytes;
    private readonly int _offset;
    private readonly int _depth;
    private int _position;

    public RlpReader(ReadOnlySpan<byte> bytes) : this(bytes, 0, 0)
    {
    }

    private RlpReader(ReadOnlySpan<byte> bytes, int offset, int depth)
    {
        _bytes = bytes;
        _offset = offset;
        _depth = depth;
    }

    public readonly bool AtEnd => _position == _bytes.Length;

    public readonly bool NextIsList => !AtEnd && _bytes[_position] >= 0xc0;

    /// <summary>The next item, a list, as a reader of its items; its bytes are checked as they are read.</summary>
    /// <exception cref="CodecException">No list, cut off, not canonical, or nested too deep.</exception>
    public RlpReader ReadList()
    {
        if (_depth == MaxDepth)
        {
            throw Fault($"lists nest deeper than {MaxDepth}");
        }

        if (!AtEnd && !NextIsList)
        {
            throw Fault("expected a list, found a string");
        }

        ReadOnlySpan<byte> payload = ReadItem();
        return new RlpReader(payload, _offset + _position - payload.Length, _depth + 1);
    }

    /// <exception cref="CodecException">No string, cut off, or not canonical.</exception>
    public ReadOnlySpan<byte> ReadBytes()
    {
        if (NextIsList)
        {
            throw Fault("expected a string, found a list");
        }

        return ReadItem();
    }

    /// <exception cref="CodecException">No string, leading zeros, or more than 256 bits.</exception>
    public UInt256 ReadInteger()
    {
        int start = _position;
        ReadOnlySpan<byte> digits = ReadBytes();
        return digits switch
        {
            [0, ..] => throw Fault("an integer has leading zeros", start),
            { Length: > 32 } => throw Fault("an integer exceeds 256 bits", start),
            _ => UInt256.FromBigEndian(digits),
        };
    }

    /// <exception cref="CodecException">As <see cref="ReadInteger"/>, or more than 64 bits.</exception>
    public ulong ReadUInt64()
    {
        int start = _position;
        UInt256 value = ReadInteger();
        return value.FitsUInt64 ? (ulong)value : throw Fault("an integer exceeds 64 bits", start);
    }

    /// <exception cref="CodecException">Not a string of 32 bytes.</exception>
    public Hash32 ReadHash() => new(ReadExactly(Hash32.Size));

    /// <exception cref="CodecException">Not a string of 20 bytes.</exception>
    public Address ReadAddress() => new(ReadExactly(Address.Size));

    /// <summary>An address, or null for the empty string (the <c>to</c> of a contract creation).</summary>
    /// <exception cref="CodecException">A string of another length, or a list.</exception>
    public Address? ReadAddressOrNone()
    {
        if (!AtEnd && _bytes[_position] == 0x80)
        {
            _position++;
            return null;
        }

        return ReadAddress();
    }

    /// <summary>There is nothing after what was read.</summary>
    /// <exception cref="CodecException">There is.</exception>
    public readonly void End()
    {
        if (!AtEnd)
        {
            throw Fault($"{_bytes.Length - _position} bytes too many");
        }
    }

    private ReadOnlySpan<byte> ReadExactly(int length)
    {
        int start = _position;
        ReadOnlySpan<byte> bytes = ReadBytes();
        return bytes.Length == length ? bytes : throw Fault($"expected {length} bytes, got {bytes.Length}", start);
    }

    private ReadOnlySpan<byte> ReadItem()
    {
        if (AtEnd)
        {
            throw Fault("expected another item");
        }

        int start = _position;
        byte first = _bytes[_position];
        if (first < 0x80)
        {
            return Take(1);
        }

        _position++;
        byte offset = first >= 0xc0 ? (byte)0xc0 : (byte)0x80;
        int length = first - offset <= 55 ? first - offset : ReadLongLength(first - offset - 55, start);
        ReadOnlySpan<byte> payload = Take(length);
        return first == 0x81 && payload[0] < 0x80 ? throw Fault("a single byte below 0x80 is its own encoding", start) : payload;
    }

    private int ReadLongLength(int bytesOfLength, int start)
    {
        UInt256 length = UInt256.FromBigEndian(Take(bytesOfLength));
        if (_bytes[start + 1] == 0 || length <= 55)
        {
            throw Fault("a length is not in its shortest form", start);
        }

        return length <= _bytes.Length - _position ? (int)length : throw Fault("an item is longer than what follows", start);
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        if (length > _bytes.Length - _position)
        {
            throw Fault("an item is longer than what follows");
        }

        ReadOnlySpan<byte> taken = _bytes.Slice(_position, length);
        _position += length;
        return taken;
    }

    private readonly CodecException Fault(string message) => Fault(message, _position);

    private readonly CodecException Fault(string message, int position) => new($"RLP at byte {_offset + position}: {message}");
}
