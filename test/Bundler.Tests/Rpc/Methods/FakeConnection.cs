using System.Collections.Concurrent;
using System.Text;
using Bundler.Rpc.JsonRpc;

namespace Bundler.Tests.Rpc.Methods;

/// <summary>A socket without a wire: keeps what was sent, has as much room for pushes as the test says.</summary>
internal sealed class FakeConnection : IRpcConnection, IDisposable
{
    private static long _opened = 1_000_000;

    private readonly CancellationTokenSource _closed = new();
    private readonly Queue<Action> _after = new();

    public long Number { get; } = Interlocked.Increment(ref _opened);

    public ConcurrentQueue<string> Sent { get; } = [];

    public int Room { get; set; } = int.MaxValue;

    public CancellationToken Closed => _closed.Token;

    public bool TrySend(ReadOnlyMemory<byte> message)
    {
        Sent.Enqueue(Encoding.UTF8.GetString(message.Span));
        return true;
    }

    public bool TryPush(ReadOnlyMemory<byte> message) => Sent.Count < Room && TrySend(message);

    public void AfterAnswer(Action next) => _after.Enqueue(next);

    /// <summary>The answer is on its way.</summary>
    public void Answered()
    {
        while (_after.TryDequeue(out Action? next))
        {
            next();
        }
    }

    public void Close() => _closed.Cancel();

    public void Dispose() => _closed.Dispose();
}
