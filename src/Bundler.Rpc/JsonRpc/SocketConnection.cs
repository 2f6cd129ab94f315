using System.Net.WebSockets;
using System.Threading.Channels;

namespace Bundler.Rpc.JsonRpc;

/// <summary>One open WebSocket: a bounded queue of messages to send, with one writer to the wire.</summary>
internal sealed class SocketConnection(WebSocket socket, int maxQueued, CancellationToken aborted) : IRpcConnection, IDisposable
{
    private readonly CancellationTokenSource _closed = CancellationTokenSource.CreateLinkedTokenSource(aborted);
    private readonly Channel<ReadOnlyMemory<byte>> _outgoing = Channel.CreateBounded<ReadOnlyMemory<byte>>(new BoundedChannelOptions(maxQueued)
    {
        SingleReader = true,
        FullMode = BoundedChannelFullMode.Wait,
    });

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
