using System.Security.Cryptography;
using Bundler.Engine.Pool;
using Bundler.Rpc.JsonRpc;
using Microsoft.Extensions.Options;

namespace Bundler.Rpc.Subscriptions;

/// <summary>
/// Who wants to hear of operations, socket by socket. Each subscriber gets its events in the order in which they happened, from the answer to
/// bundler_subscribe until it leaves, is gone, or does not read; then it is told.
/// </summary>
internal sealed class OperationSubscriptions(IOptions<RpcOptions> options)
{
    private const int IdBytes = 16;

    private readonly int _maxPerSocket = options.Value.MaxSubscriptionsPerSocket;
    private readonly int _max = options.Value.MaxSubscriptions;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Subscriber> _subscribers = new(StringComparer.Ordinal);

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _subscribers.Count;
            }
        }
    }

    /// <summary>The id of a new subscription; null when the socket, or all of them, have too many.</summary>
    public string? Open(IRpcConnection connection, OperationFilter filter)
    {
        string id = "0x" + RandomNumberGenerator.GetHexString(IdBytes * 2, lowercase: true);
        lock (_lock)
        {
            int open = _subscribers.Values.Count(subscriber => subscriber.Connection.Number == connection.Number);
            if (open >= _maxPerSocket || _subscribers.Count >= _max)
            {
                return null;
            }

            if (open == 0)
            {
                connection.Closed.Register(() => Forget(connection.Number));
            }

            _subscribers.Add(id, new Subscriber(id, connection, filter));
        }

        connection.AfterAnswer(() => Begin(id));
        return id;
    }

    /// <summary>False when the socket has no such subscription.</summary>
    public bool Close(IRpcConnection connection, string id)
    {
        lock (_lock)
        {
            return _subscribers.TryGetValue(id, out Subscriber? subscriber)
                && subscriber.Connection.Number == connection.Number
                && _subscribers.Remove(id);
        }
    }

    /// <summary>Tells every subscriber; never waits.</summary>
    public void Publish(OperationEvent happened)
    {
        Subscriber[] interested;
        lock (_lock)
        {
            interested = [.. _subscribers.Values.Where(subscriber => subscriber.Listens && subscriber.Filter.Admits(happened))];
        }

        foreach (Subscriber subscriber in interested)
        {
            if (!subscriber.Connection.TryPush(SubscriptionJson.Event(subscriber.Id, happened)) && Close(subscriber.Connection, subscriber.Id))
            {
                subscriber.Connection.TrySend(SubscriptionJson.TooSlow(subscriber.Id));
            }
        }
    }

    private void Begin(string id)
    {
        lock (_lock)
        {
            if (_subscribers.TryGetValue(id, out Subscriber? subscriber))
            {
                subscriber.Listens = true;
            }
        }
    }

    private void Forget(long connection)
    {
        lock (_lock)
        {
            foreach (Subscriber gone in _subscribers.Values.Where(subscriber => subscriber.Connection.Number == connection).ToArray())
            {
                _subscribers.Remove(gone.Id);
            }
        }
    }

    private sealed class Subscriber(string id, IRpcConnection connection, OperationFilter filter)
    {
        public string Id => id;

        public IRpcConnection Connection => connection;

        public OperationFilter Filter => filter;

        /// <summary>The subscriber knows its id by now.</summary>
        public bool Listens { get; set; }
    }
}
