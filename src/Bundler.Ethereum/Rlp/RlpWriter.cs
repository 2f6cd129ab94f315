using System.Buffers.Binary;
using System.Diagnostics;
using Bundler.Ethereum.Primitives;

namespace Bundler.Ethereum.Rlp;

/// <summary>Writes RLP items one after the other; lists are opened and closed around their items.</summary>
public sealed class RlpWriter
{
    private readonly Stack<int> _openLists = new();
    private byte[] _buffer = new byte[256];
    private int _length;

    public RlpWriter()
    {
    }

    /// <summary>A type byte before the first item, outside of RLP (EIP-2718, EIP-7702).</summary>
    public RlpWriter(byte envelope) => Append([envelope]);

    public void StartList() => _openLists.Push(_length);

    /// <summary>Closes the innermost open list.</summary>
    public void EndList()
    {
        int start = _openLists.Pop();
        int payload = _length - start;
        Span<byte> header = stackalloc byte[9];
        int headerLength = WriteHeader(header, 0xc0, payload);
        Reserve(headerLength);
        _buffer.AsSpan(start, payload).CopyTo(_buffer.AsSpan(start + headerLength));
        header[..headerLength].CopyTo(_buffer.AsSpan(start));
        _length += headerLength;
    }

    public void WriteBytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != 1 || bytes[0] >= 0x80)
        {
            Span<byte> header = stackalloc byte[9];
            Append(header[..WriteHeader(header, 0x80, bytes.Length)]);
        }

        Append(bytes);
    }

    /// <summary>Big-endian without leading zeros; zero is the empty string.</summary>
    public void WriteInteger(UInt256 value)
    {
        Span<byte> word = stackalloc byte[32];
        value.WriteBigEndian(word);
        WriteBytes(word.TrimStart((byte)0));
    }

    public void WriteHash(Hash32 hash) => WriteBytes(hash.Span);

    /// <summary>20 bytes, or the empty string for none (the <c>to</c> of a contract creation).</summary>
    public void WriteAddress(Address? address) => WriteBytes(address is { } present ? present.Span : []);

    /// <summary>All that was written; every list must be closed.</summary>
    public Bytes ToBytes()
    {
        Debug.Assert(_openLists.Count == 0, "a list is still open");
        return Bytes.From(_buffer.AsSpan(0, _length));
    }

    private static int WriteHeader(Span<byte> header, byte offset, int length)
    {
        if (length <= 55)
        {
            header[0] = (byte)(offset + length);
            return 1;
        }

        Span<byte> word = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(word, length);
        ReadOnlySpan<byte> minimal = word.TrimStart((byte)0);
        header[0] = (byte)(offset + 55 + minimal.Length);
        minimal.CopyTo(header[1..]);
        return 1 + minimal.Length;
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(_buffer.AsSpan(_length));
        _length += bytes.Length;
    }

    private void Reserve(int more)
    {
        if (_buffer.Length - _length < more)
        {
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _length + more));
        }
    }
}
