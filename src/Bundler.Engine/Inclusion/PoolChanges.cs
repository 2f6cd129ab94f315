using System.Threading.Channels;

namespace Bundler.Engine.Inclusion;

/// <summary>
/// What blocks changed that pending operations may depend on, from the index to <see cref="RevalidationLoop"/>. A set: an entity that changes
/// twice before it is looked at is looked at once.
/// </summary>
public sealed class PoolChanges
{
    private readonly Lock _lock = new();
    private readonly Channel<bool> _wake =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private HashSet<EntityChange> _changes = [];

    /// <summary>The index has reached the head once: what was restored and is still pending has not been included meanwhile.</summary>
    public bool IsOpen { get; private set; }

    public ChannelReader<bool> Signals => _wake.Reader;

    public void Note(IEnumerable<EntityChange> changes)
    {
        lock (_lock)
        {
            _changes.UnionWith(changes);
        }
    }

    /// <summary>Restored operations may be validated from now on.</summary>
    public void Open()
    {
        IsOpen = true;
        Wake();
    }

    public void Wake() => _wake.Writer.TryWrite(true);

    public IReadOnlyCollection<EntityChange> Drain()
    {
        lock (_lock)
        {
            HashSet<EntityChange> drained = _changes;
            _changes = [];
            return drained;
        }
    }
}
