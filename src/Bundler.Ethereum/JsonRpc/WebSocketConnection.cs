using System.Buffers;
using System.Net.WebSockets;
using System.Text.Json;
using System.Threading.Channels;

namespace Bundler.Ethereum.JsonRpc;

/// <summary>One connection, from its handshake to its end: sends requests, receives answers and notifications.</summary>
internal sealed class WebSocketConnection(WebSocket socket, WebSocketTransportOptions options) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly UrlSecrets _secrets = new(options.Url, options.Headers);
    private readonly Dictionary<long, WaitingRequests> _waiting = [];
    private readonly Channel<ReadOnlyMemory<byte>> _outgoing = Channel.CreateBounded<ReadOnlyMemory<byte>>(
        new BoundedChannelOptions(options.MaxPending) { FullMode = BoundedChannelFullMode.Wait, SingleReader = true });

    private readonly CancellationTokenSource _closing = new();

    /// <summary>Cancelled when the connection ends.</summary>
    public CancellationToken Closing => _closing.Token;

    /// <summary>Why the connection ended; null while it lives.</summary>
    public TransportException? End { get; private set; }

    public bool HasReceived { get; private set; }

    /// <summary>Sends requests with the ids from <paramref name="firstId"/> on, as one message, and waits for all answers.</summary>
    /// <param name="onAnswer">Sees each answer before the next message is read.</param>
    /// <exception cref="TransportException">The connection ended before, or too many requests are waiting.</exception>
    public async Task<JsonRpcResponse[]> SendAsync(
        IReadOnlyList<JsonRpcRequest> requests, long firstId, Action<JsonRpcResponse>? onAnswer, CancellationToken cancellationToken)
    {
        WaitingRequests waiting = new(firstId, requests.Count, options.Bounds.Of(requests), onAnswer);
        Register(waiting);
        try
        {
            if (!_outgoing.Writer.TryWrite(Encode(requests, firstId)))
            {
                throw Overloaded();
            }

            return await waiting.Answered.WaitAsync(cancellationToken);
        }
        finally
        {
            Forget(waiting);
        }
    }

    /// <summary>Sends and receives until the connection ends.</summary>
    /// <param name="onNotification">Gets the params of eth_subscription, in order.</param>
    /// <param name="cancellationToken">Ends the connection.</param>
    public Task RunAsync(Action<JsonElement> onNotification, CancellationToken cancellationToken) =>
        Task.WhenAll(ReceiveAsync(onNotification, cancellationToken), SendAsync());

    /// <summary>Ends the connection; what is waiting fails. The first reason stays.</summary>
    public void Close(TransportException reason)
    {
        WaitingRequests[] waiting;
        lock (_lock)
        {
            End ??= reason;
            waiting = [.. _waiting.Values.Distinct()];
            _waiting.Clear();
        }

        _closing.Cancel();
        foreach (WaitingRequests requests in waiting)
        {
            requests.Fail(Ended(End));
        }
    }

    public void Dispose()
    {
        socket.Dispose();
        _closing.Dispose();
    }

    private static TransportException Ended(TransportException reason) => new(reason.Fault, reason.Message, reason);

    private static TransportException Broken(WebSocketException fault) =>
        new(TransportFault.Unreachable, $"the connection to the node broke: {fault.Message}", fault);

    private static ReadOnlyMemory<byte> Encode(IReadOnlyList<JsonRpcRequest> requests, long firstId)
    {
        ArrayBufferWriter<byte> buffer = new();
        using Utf8JsonWriter writer = new(buffer, JsonRpcRequest.WriterOptions);
        if (requests.Count == 1)
        {
            JsonRpcWire.WriteRequest(writer, requests[0], firstId);
        }
        else
        {
            JsonRpcWire.WriteBatch(writer, requests, firstId);
        }

        writer.Flush();
        return buffer.WrittenMemory;
    }

    private TransportException Overloaded() => new(TransportFault.Overloaded, $"{options.MaxPending} requests are waiting for the node already");

    private async Task SendAsync()
    {
        try
        {
            await foreach (ReadOnlyMemory<byte> message in _outgoing.Reader.ReadAllAsync(Closing))
            {
                await socket.SendAsync(message, WebSocketMessageType.Text, WebSocketMessageFlags.EndOfMessage, Closing);
            }
        }
        catch (WebSocketException fault)
        {
            Close(Broken(fault));
        }
        catch (OperationCanceledException) when (Closing.IsCancellationRequested)
        {
            // The connection ended, and what was waiting has been told.
        }
    }

    private async Task ReceiveAsync(Action<JsonElement> onNotification, CancellationToken cancellationToken)
    {
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, Closing);
        IncomingMessage message = new(socket, options.Bounds, BoundOf);
        TransportException end = new(TransportFault.Unreachable, "the connection was closed");
        try
        {
            while (true)
            {
                ReadOnlyMemory<byte>? text = await message.ReadAsync(either.Token);
                HasReceived = true;
                if (text is { } whole)
                {
                    Dispatch(JsonRpcWire.Parse(whole), onNotification);
                }
                else
                {
                    Refuse(message.Id!.Value);
                }
            }
        }
        catch (TransportException fault)
        {
            end = fault;
        }
        catch (WebSocketException fault)
        {
            end = Broken(fault);
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            // Ended from this side: the reason is given already, or it is the one above.
        }
        finally
        {
            Close(end);
        }
    }

    /// <summary>The bytes that a request's answer may have; for one that nobody waits for any more, as for a late answer: nothing is kept.</summary>
    private int BoundOf(long id)
    {
        lock (_lock)
        {
            return _waiting.TryGetValue(id, out WaitingRequests? waiting) ? waiting.Bound : 0;
        }
    }

    /// <summary>An answer beyond its bound was thrown away: that is the end of its requests, and of nobody else's.</summary>
    private void Refuse(long id)
    {
        WaitingRequests? waiting;
        lock (_lock)
        {
            _waiting.Remove(id, out waiting);
        }

        waiting?.Fail(new TransportException(TransportFault.TooLarge, $"an answer of the node exceeds {waiting.Bound} bytes") { Bound = waiting.Bound });
    }

    private void Dispatch(JsonElement message, Action<JsonElement> onNotification)
    {
        if (message.ValueKind == JsonValueKind.Array)
        {
            DispatchBatch(message);
        }
        else if (JsonRpcWire.IsResponse(message))
        {
            Accept(message);
        }
        else if (message.ValueKind == JsonValueKind.Object && message.TryGetProperty("params"u8, out JsonElement parameters))
        {
            onNotification(parameters);
        }
        else
        {
            throw new TransportException(TransportFault.Malformed, "a message of the node is not JSON-RPC");
        }
    }

    private void DispatchBatch(JsonElement responses)
    {
        HashSet<WaitingRequests> answered = [];
        foreach (JsonElement response in responses.EnumerateArray())
        {
            if (Accept(response) is { } requests)
            {
                answered.Add(requests);
            }
        }

        foreach (WaitingRequests requests in answered)
        {
            requests.Fail(new TransportException(TransportFault.Malformed, $"the node did not answer all {requests.Count} requests of a batch"));
        }
    }

    // An answer to nobody is late: its request gave up waiting.
    private WaitingRequests? Accept(JsonElement message)
    {
        JsonRpcResponse response = JsonRpcWire.ReadResponse(message, _secrets);
        if (JsonRpcWire.ReadId(message) is not { } id)
        {
            throw new TransportException(TransportFault.Malformed, $"the node's answer has no id: {response.Error}");
        }

        WaitingRequests? waiting;
        lock (_lock)
        {
            _waiting.Remove(id, out waiting);
        }

        waiting?.Accept(id, response);
        return waiting;
    }

    private void Register(WaitingRequests waiting)
    {
        lock (_lock)
        {
            if (End is not null)
            {
                throw Ended(End);
            }

            if (_waiting.Count + waiting.Count > options.MaxPending)
            {
                throw Overloaded();
            }

            for (int i = 0; i < waiting.Count; i++)
            {
                _waiting.Add(waiting.FirstId + i, waiting);
            }
        }
    }

    private void Forget(WaitingRequests waiting)
    {
        lock (_lock)
        {
            for (int i = 0; i < waiting.Count; i++)
            {
                _waiting.Remove(waiting.FirstId + i);
            }
        }
    }
}
