using System.Buffers;

namespace Bundler.Rpc.JsonRpc;

/// <summary>Bytes that grow in rented arrays and can be taken back to an earlier length; one owner, who disposes it.</summary>
public sealed class PooledBuffer(int capacity = PooledBuffer.DefaultCapacity) : IBufferWriter<byte>, IDisposable
{
    private const int DefaultCapacity = 2_048;
    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(capacity);

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> WrittenMemory => _bytes.AsMemory(0, Length);

    public ReadOnlySpan<byte> WrittenSpan => _bytes.AsSpan(0, Length);

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _bytes.Length - Length);
        Length += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _bytes.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <summary>Forgets what was written after <paramref name="length"/>.</summary>
    public void Truncate(int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)length, (uint)Length);
        Length = length;
    }

    public void Dispose()
    {
        byte[] rented = _bytes;
        _bytes = [];
        Length = 0;
        if (rented.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private void Reserve(int free)
    {
        if (_bytes.Length - Length >= free)
        {
            return;
        }

        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(Length + free, checked(_bytes.Length * 2)));
        WrittenSpan.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }
}
