using System.Text.Json;
using System.Threading.Channels;

namespace Bundler.Ethereum.JsonRpc;

/// <summary>The subscriptions of one <see cref="WebSocketTransport"/>: subscription id → bounded channel, opened anew on every connection.</summary>
public sealed class WebSocketSubscriptions
{
    private const int MaxUnsubscribes = 256;

    private readonly WebSocketTransport _transport;
    private readonly Lock _lock = new();
    private readonly List<WebSocketSubscription> _wanted = [];
    private readonly Dictionary<string, WebSocketSubscription> _byId = new(StringComparer.Ordinal);
    private readonly Queue<string> _unwanted = [];

    // Only the fact that something changed matters, so one signal is enough.
    private readonly Channel<bool> _changed = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    internal WebSocketSubscriptions(WebSocketTransport transport) => _transport = transport;

    /// <summary>Subscribes as soon as there is a connection, and again on each later one.</summary>
    /// <param name="subscribe">An eth_subscribe.</param>
    /// <param name="capacity">How many announcements wait for their reader before the oldest is lost.</param>
    public WebSocketSubscription Open(JsonRpcRequest subscribe, int capacity)
    {
        WebSocketSubscription subscription = new(this, subscribe, capacity);
        lock (_lock)
        {
            _wanted.Add(subscription);
        }

        _changed.Writer.TryWrite(true);
        _transport.Start();
        return subscription;
    }

    /// <summary>Opens what is wanted and closes what is not, until the connection ends; ends the connection when the node does not answer.</summary>
    internal async Task KeepOpenAsync(WebSocketConnection connection)
    {
        try
        {
            do
            {
                await UnsubscribeAsync(connection.Closing);
                await SubscribeAsync(connection.Closing);
            }
            while (await _changed.Reader.ReadAsync(connection.Closing));
        }
        catch (TransportException fault)
        {
            connection.Close(fault);
        }
        catch (OperationCanceledException) when (connection.Closing.IsCancellationRequested)
        {
            // The connection ended: the next one opens everything again.
        }
        finally
        {
            Suspend();
        }
    }

    /// <summary>Takes the params of an eth_subscription; an unknown id is late, its subscription was closed.</summary>
    internal void Deliver(JsonElement parameters)
    {
        if (parameters.ValueKind == JsonValueKind.Object
            && parameters.TryGetProperty("subscription"u8, out JsonElement id) && id.ValueKind == JsonValueKind.String
            && parameters.TryGetProperty("result"u8, out JsonElement result))
        {
            WebSocketSubscription? subscription;
            lock (_lock)
            {
                subscription = _byId.GetValueOrDefault(id.GetString()!);
            }

            subscription?.Announce(result);
        }
    }

    internal void Close(WebSocketSubscription subscription)
    {
        lock (_lock)
        {
            _wanted.Remove(subscription);
            if (subscription.Id is { } id && _byId.Remove(id) && _unwanted.Count < MaxUnsubscribes)
            {
                _unwanted.Enqueue(id);
            }

            subscription.Id = null;
        }

        _changed.Writer.TryWrite(true);
    }

    /// <summary>The transport is gone: no reader waits any longer.</summary>
    internal void Complete()
    {
        WebSocketSubscription[] wanted;
        lock (_lock)
        {
            wanted = [.. _wanted];
        }

        foreach (WebSocketSubscription subscription in wanted)
        {
            subscription.Dispose();
        }
    }

    private async Task SubscribeAsync(CancellationToken cancellationToken)
    {
        WebSocketSubscription[] closed;
        lock (_lock)
        {
            closed = [.. _wanted.Where(subscription => !subscription.IsLive)];
        }

        foreach (WebSocketSubscription subscription in closed)
        {
            try
            {
                await _transport.SendAsync(subscription.Request, answer => Register(subscription, answer), cancellationToken);
            }
            catch (JsonRpcException refusal)
            {
                subscription.Refuse(refusal);
                Close(subscription);
            }
        }
    }

    private async Task UnsubscribeAsync(CancellationToken cancellationToken)
    {
        while (NextUnwanted() is { } id)
        {
            try
            {
                await _transport.SendAsync(JsonRpcRequest.Create("eth_unsubscribe", writer => writer.WriteStringValue(id)), null, cancellationToken);
            }
            catch (JsonRpcException)
            {
                // The node has forgotten it already, and that is what was wanted.
            }
        }
    }

    private string? NextUnwanted()
    {
        lock (_lock)
        {
            return _unwanted.TryDequeue(out string? id) ? id : null;
        }
    }

    // Before the next message is read: the first announcement may follow on the heels of the id.
    private void Register(WebSocketSubscription subscription, JsonRpcResponse answer)
    {
        if (answer.Error is not null)
        {
            return;
        }

        string id = answer.Result is { ValueKind: JsonValueKind.String } text
            ? text.GetString()!
            : throw new TransportException(TransportFault.Malformed, "the node's answer to eth_subscribe is not an id");
        lock (_lock)
        {
            if (_wanted.Contains(subscription))
            {
                subscription.Id = id;
                _byId[id] = subscription;
            }
            else
            {
                _unwanted.Enqueue(id);
            }
        }
    }

    private void Suspend()
    {
        lock (_lock)
        {
            _byId.Clear();
            _unwanted.Clear();
            foreach (WebSocketSubscription subscription in _wanted)
            {
                subscription.Id = null;
            }
        }
    }
}
