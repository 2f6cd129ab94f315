using System.Net.WebSockets;
using Microsoft.Extensions.Logging;

namespace Bundler.Rpc.JsonRpc;

/// <summary>The life of one socket: reads messages, answers a bounded number at a time in whatever order they finish, closes.</summary>
internal sealed class SocketSession(JsonRpcProcessor processor, RpcOptions options, ILogger logger)
{
    private const int ReadBytes = 4_096;
    private readonly SemaphoreSlim _inFlight = new(options.MaxInFlightPerSocket);
    private long _messages;

    public async Task RunAsync(WebSocket socket, CancellationToken aborted)
    {
        using SocketConnection connection = new(socket, options.MaxQueuedPerSocket, aborted);
        Task sending = SendAsync(connection);
        string reason = await ReceiveAsync(socket, connection);
        await WaitForAnswersAsync();
        connection.CompleteSending();
        await sending;
        await CloseAsync(socket, connection.Closed);
        connection.Close();
        logger.SocketClosed(_messages, reason);
    }

    /// <summary>Reads until the caller closes, breaks a limit, or is gone; returns why, for the log.</summary>
    private async Task<string> ReceiveAsync(WebSocket socket, SocketConnection connection)
    {
        try
        {
            while (true)
            {
                PooledBuffer message = new();
                if (!await TryReadAsync(socket, message, connection.Closed))
                {
                    bool tooLong = message.Length > 0;
                    message.Dispose();
                    return tooLong ? "message too big" : "closed by the caller";
                }

                _messages++;
                await _inFlight.WaitAsync(connection.Closed);
                _ = AnswerAsync(message, connection);
            }
        }
        catch (WebSocketException)
        {
            connection.Close();
            return "connection lost";
        }
        catch (OperationCanceledException)
        {
            return "aborted, or too slow to read its answers";
        }
    }

    /// <summary>False at the end of the socket (nothing in the buffer), or when the message exceeds the limit (its beginning in the buffer).</summary>
    private async ValueTask<bool> TryReadAsync(WebSocket socket, PooledBuffer message, CancellationToken cancellationToken)
    {
        while (true)
        {
            ValueWebSocketReceiveResult part = await socket.ReceiveAsync(message.GetMemory(ReadBytes), cancellationToken);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                message.Truncate(0);
                return false;
            }

            message.Advance(part.Count);
            if (message.Length > options.MaxBodyBytes)
            {
                return false;
            }

            if (part.EndOfMessage)
            {
                return true;
            }
        }
    }

    /// <summary>Never faults but by the end of the connection: the processor turns all else into an answer.</summary>
    private async Task AnswerAsync(PooledBuffer message, SocketConnection connection)
    {
        using PooledBuffer answer = new();
        SocketCall call = new(connection);
        try
        {
            if (await processor.ProcessAsync(message.WrittenMemory, answer, call, connection.Closed))
            {
                connection.TrySend(answer.WrittenSpan.ToArray());
            }

            call.Answered();
        }
        catch (OperationCanceledException) when (connection.Closed.IsCancellationRequested)
        {
            logger.SocketClosed(_messages, "an answer was not waited for");
        }
        finally
        {
            message.Dispose();
            _inFlight.Release();
        }
    }

    private static async Task SendAsync(SocketConnection connection)
    {
        try
        {
            await connection.SendQueuedAsync();
        }
        catch (WebSocketException)
        {
            connection.Close();
        }
        catch (OperationCanceledException)
        {
            connection.CompleteSending();
        }
    }

    private async Task WaitForAnswersAsync()
    {
        for (int i = 0; i < options.MaxInFlightPerSocket; i++)
        {
            await _inFlight.WaitAsync(CancellationToken.None);
        }
    }

    private static async Task CloseAsync(WebSocket socket, CancellationToken closed)
    {
        if (closed.IsCancellationRequested)
        {
            socket.Abort();
            return;
        }

        // Open: it was us who stopped reading, and the only reason for that is the size.
        (WebSocketCloseStatus status, string text) = socket.State == WebSocketState.Open
            ? (WebSocketCloseStatus.MessageTooBig, "message too big")
            : (WebSocketCloseStatus.NormalClosure, "");
        try
        {
            await socket.CloseOutputAsync(status, text, closed);
        }
        catch (WebSocketException)
        {
            socket.Abort();
        }
        catch (OperationCanceledException)
        {
            socket.Abort();
        }
    }
}
