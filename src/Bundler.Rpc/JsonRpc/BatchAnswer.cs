using System.Buffers;

namespace Bundler.Rpc.JsonRpc;

/// <summary>The answers of a batch, each in its own buffer, so that they keep the order of the requests however they finish.</summary>
internal sealed class BatchAnswer : IDisposable
{
    private const int TypicalAnswerBytes = 256;
    private readonly PooledBuffer[] _items;

    public BatchAnswer(int count)
    {
        _items = new PooledBuffer[count];
        for (int i = 0; i < count; i++)
        {
            _items[i] = new PooledBuffer(TypicalAnswerBytes);
        }
    }

    public PooledBuffer this[int index] => _items[index];

    /// <summary>The array of all answers; nothing and false if there are none.</summary>
    public bool WriteTo(PooledBuffer output)
    {
        bool any = false;
        foreach (PooledBuffer item in _items)
        {
            if (item.Length > 0)
            {
                output.Write(any ? ","u8 : "["u8);
                output.Write(item.WrittenSpan);
                any = true;
            }
        }

        if (any)
        {
            output.Write("]"u8);
        }

        return any;
    }

    public void Dispose()
    {
        foreach (PooledBuffer item in _items)
        {
            item.Dispose();
        }
    }
}
