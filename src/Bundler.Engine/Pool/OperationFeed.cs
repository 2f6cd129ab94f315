using System.Threading.Channels;

namespace Bundler.Engine.Pool;

/// <summary>
/// Tells every listener what happens to operations. The truth is in the store: a listener that cannot keep up loses its oldest
/// events and is told so by a gap, it never holds up the pool.
/// </summary>
public sealed class OperationFeed
{
    private const int Backlog = 4096;

    private readonly Lock _lock = new();
    private readonly List<Channel<OperationEvent>> _listeners = [];

    public void Publish(OperationEvent happened)
    {
        lock (_lock)
        {
            foreach (Channel<OperationEvent> listener in _listeners)
            {
                listener.Writer.TryWrite(happened);
            }
        }
    }

    /// <summary>Everything that happens from now on, until cancelled. The subscription exists when this returns.</summary>
    public OperationSubscription Subscribe()
    {
        Channel<OperationEvent> channel = Channel.CreateBounded<OperationEvent>(
            new BoundedChannelOptions(Backlog) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
        lock (_lock)
        {
            _listeners.Add(channel);
        }

        return new OperationSubscription(channel.Reader, () =>
        {
            lock (_lock)
            {
                _listeners.Remove(channel);
            }

            channel.Writer.TryComplete();
        });
    }
}

/// <summary>A place at the feed; give it back by disposing it.</summary>
public sealed class OperationSubscription(ChannelReader<OperationEvent> reader, Action leave) : IDisposable
{
    public ChannelReader<OperationEvent> Events { get; } = reader;

    public void Dispose() => leave();
}
