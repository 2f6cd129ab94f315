using System.Net.WebSockets;

namespace Bundler.Ethereum.JsonRpc;

/// <summary>Reads the messages of a connection one by one; of one that is beyond the bound of its requests only the beginning is kept.</summary>
/// <param name="socket">The connection.</param>
/// <param name="bounds">No message may exceed <see cref="AnswerBounds.Whole"/>.</param>
/// <param name="boundOf">What the answer to the request with an id may have.</param>
internal sealed class IncomingMessage(WebSocket socket, AnswerBounds bounds, Func<long, int> boundOf)
{
    private const int FirstBytes = 16 * 1024;

    /// <summary>A buffer that has grown beyond is given away with its message.</summary>
    private const int KeptBytes = 64 * 1024;

    /// <summary>Smaller messages are taken whoever they are for.</summary>
    private readonly int _unasked = Math.Min(FirstBytes / 2, bounds.Whole);

    private byte[] _buffer = new byte[FirstBytes];

    /// <summary>Of the message that is too large.</summary>
    public long? Id { get; private set; }

    /// <returns><c>null</c> for an answer that is too large, when <see cref="Id"/> tells whose it is. Valid until the next reading, a large one for ever.</returns>
    /// <exception cref="TransportException">The connection was closed, or nobody can be told that a message is too large.</exception>
    public async Task<ReadOnlyMemory<byte>?> ReadAsync(CancellationToken cancellationToken)
    {
        int filled = 0;
        int? bound = null;
        bool isTooLarge = false;
        Id = null;
        while (true)
        {
            ValueWebSocketReceiveResult received = await socket.ReceiveAsync(_buffer.AsMemory(filled), cancellationToken);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                throw new TransportException(TransportFault.Unreachable, "the node closed the connection");
            }

            filled += received.Count;
            if (filled > _unasked)
            {
                bound ??= BoundOf(_buffer.AsSpan(0, filled));
                isTooLarge |= filled > bound;
                if (isTooLarge && Id is null)
                {
                    throw new TransportException(TransportFault.TooLarge, $"a message of the node exceeds {bound} bytes") { Bound = bound };
                }
            }

            if (received.EndOfMessage)
            {
                return isTooLarge ? default(ReadOnlyMemory<byte>?) : Taken(filled);
            }

            if (isTooLarge)
            {
                filled = 0;
            }
            else if (filled == _buffer.Length)
            {
                Array.Resize(ref _buffer, (int)Math.Min(filled * 2L, (bound ?? filled * 2L) + 1L));
            }
        }
    }

    /// <summary>By the id at the beginning; an answer without one, like a notification, has the bound of all.</summary>
    private int BoundOf(ReadOnlySpan<byte> beginning)
    {
        Id = JsonRpcWire.PeekId(beginning);
        return Id is { } id ? boundOf(id) : bounds.Whole;
    }

    private ReadOnlyMemory<byte> Taken(int filled)
    {
        ReadOnlyMemory<byte> message = _buffer.AsMemory(0, filled);
        if (_buffer.Length > KeptBytes)
        {
            _buffer = new byte[FirstBytes];
        }

        return message;
    }
}
