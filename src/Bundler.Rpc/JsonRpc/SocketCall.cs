using System.Collections.Concurrent;

namespace Bundler.Rpc.JsonRpc;

/// <summary>A socket during one message: remembers what comes after the answer.</summary>
internal sealed class SocketCall(SocketConnection connection) : IRpcConnection
{
    private readonly ConcurrentQueue<Action> _after = [];

    public long Number => connection.Number;

    public CancellationToken Closed => connection.Closed;

    public bool TrySend(ReadOnlyMemory<byte> message) => connection.TrySend(message);

    public bool TryPush(ReadOnlyMemory<byte> message) => connection.TryPush(message);

    public void AfterAnswer(Action next) => _after.Enqueue(next);

    /// <summary>The answer is queued.</summary>
    public void Answered()
    {
        while (_after.TryDequeue(out Action? next))
        {
            next();
        }
    }
}
