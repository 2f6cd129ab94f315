using System.Net.WebSockets;
using System.Threading.Channels;

namespace Bundler.Rpc.JsonRpc;

/// <summary>One open WebSocket: a bounded queue of messages to send, with one writer to the wire.</summary>
internal sealed class SocketConnection(WebSocket socket, int maxQueued, CancellationToken aborted) : IDisposable
{
    private static long _opened;

    private readonly int _maxPushed = Math.Max(1, maxQueued * 3 / 4);
    private readonly CancellationTokenSource _closed = CancellationTokenSource.CreateLinkedTokenSource(aborted);
    private readonly Channel<ReadOnlyMemory<byte>> _outgoing = Channel.CreateBounded<ReadOnlyMemory<byte>>(new BoundedChannelOptions(maxQueued)
    {
        SingleReader = true,
        FullMode = BoundedChannelFullMode.Wait,
    });

    public long Number { get; } = Interlocked.Increment(ref _opened);

    public CancellationToken Closed => _closed.Token;

    public bool TrySend(ReadOnlyMemory<byte> message)
    {
        if (_outgoing.Writer.TryWrite(message))
        {
            return true;
        }

        Close();
        return false;
    }

    /// <summary>Leaves a quarter of the queue to answers.</summary>
    public bool TryPush(ReadOnlyMemory<byte> message) => _outgoing.Reader.Count < _maxPushed && TrySend(message);

    /// <summary>Nothing more is read or written.</summary>
    public void Close() => _closed.Cancel();

    /// <summary>Queued messages are still sent, later ones are not taken.</summary>
    public void CompleteSending() => _outgoing.Writer.TryComplete();

    /// <summary>Sends until <see cref="CompleteSending"/> or the end of the connection.</summary>
    public async Task SendQueuedAsync()
    {
        await foreach (ReadOnlyMemory<byte> message in _outgoing.Reader.ReadAllAsync(Closed))
        {
            await socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, Closed);
        }
    }

    public void Dispose() => _closed.Dispose();
}
