using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Bundler.Engine.Chain;

/// <summary>One writer of heads, many readers. A slow reader misses heads but always gets the newest: every channel holds one.</summary>
public sealed class HeadFeed
{
    private readonly Lock _lock = new();
    private readonly List<Channel<ChainHead>> _readers = [];
    private readonly TaskCompletionSource<ChainHead> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The newest head, or <c>null</c> before the first.</summary>
    public ChainHead? Latest { get; private set; }

    /// <summary>When the newest head arrived.</summary>
    public DateTimeOffset? LatestAt { get; private set; }

    /// <summary>The newest head, waiting for the first one.</summary>
    public Task<ChainHead> CurrentAsync(CancellationToken cancellationToken) =>
        Latest is { } head ? Task.FromResult(head) : _first.Task.WaitAsync(cancellationToken);

    public void Publish(ChainHead head, DateTimeOffset at)
    {
        lock (_lock)
        {
            Latest = head;
            LatestAt = at;
            foreach (Channel<ChainHead> reader in _readers)
            {
                reader.Writer.TryWrite(head);
            }
        }

        _first.TrySetResult(head);
    }

    /// <summary>Every head from now on that this reader has time for, beginning with the newest.</summary>
    public async IAsyncEnumerable<ChainHead> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Channel<ChainHead> channel = Channel.CreateBounded<ChainHead>(
            new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
        lock (_lock)
        {
            _readers.Add(channel);
            if (Latest is { } head)
            {
                channel.Writer.TryWrite(head);
            }
        }

        try
        {
            await foreach (ChainHead head in channel.Reader.ReadAllAsync(cancellationToken))
            {
                yield return head;
            }
        }
        finally
        {
            lock (_lock)
            {
                _readers.Remove(channel);
            }
        }
    }
}
