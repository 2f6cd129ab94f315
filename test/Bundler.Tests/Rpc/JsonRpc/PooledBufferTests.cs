using System.Buffers;
using Bundler.Rpc.JsonRpc;

namespace Bundler.Tests.Rpc.JsonRpc;

/// <summary>The buffer grows, shrinks and gives back.</summary>
internal sealed class PooledBufferTests
{
    [Test]
    public void What_was_written_survives_growth()
    {
        using PooledBuffer buffer = new(16);
        byte[] expected = [.. Enumerable.Range(0, 100_000).Select(i => (byte)i)];
        foreach (byte[] chunk in expected.Chunk(777))
        {
            buffer.Write(chunk);
        }

        Assert.That(buffer.WrittenSpan.SequenceEqual(expected), Is.True);
    }

    [Test]
    public void A_truncated_end_is_forgotten()
    {
        using PooledBuffer buffer = new();
        buffer.Write("hello"u8);
        buffer.Truncate(4);
        buffer.Write("!"u8);

        Assert.That(buffer.WrittenSpan.SequenceEqual("hell!"u8), Is.True);
    }

    [Test]
    public void Disposing_twice_returns_the_memory_once()
    {
        PooledBuffer buffer = new();
        buffer.Dispose();
        buffer.Dispose();

        Assert.That(buffer.Length, Is.Zero);
    }
}
