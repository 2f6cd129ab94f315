using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Fleet;

/// <summary>
/// What this node may do now. A duty counts from the moment its heartbeat was sent, by the clock that never jumps, and a part less long than the
/// database lets it: a process that was paused wakes up without it, before it has asked anybody.
/// </summary>
public sealed class Duties(TimeProvider clock, bool isSole = false)
{
    private readonly Lock _lock = new();
    private readonly List<Channel<bool>> _listeners = [];
    private Dictionary<string, Fence> _held = [];
    private readonly Dictionary<string, long> _refusals = [];
    private long _until;

    /// <summary>Those of a node that has its database for itself: all, for ever.</summary>
    public static Duties Sole { get; } = new(TimeProvider.System, isSole: true);

    /// <summary>No other node is there: every duty is its own.</summary>
    public bool IsSole { get; } = isSole;

    /// <summary>What the others do.</summary>
    public FleetStanding Fleet { get; } = new();

    public bool Indexes => Find(DutyNames.Index) is not null;

    /// <summary>The names of what it holds now; empty for <see cref="IsSole"/>.</summary>
    public IReadOnlyList<string> Names
    {
        get
        {
            lock (_lock)
            {
                return IsCurrent ? [.. _held.Keys.Order(StringComparer.Ordinal)] : [];
            }
        }
    }

    /// <summary>How often the store refused what was to be written for a duty that is another node's.</summary>
    public IReadOnlyDictionary<string, long> Refusals
    {
        get
        {
            lock (_lock)
            {
                return _refusals.ToDictionary();
            }
        }
    }

    private bool IsCurrent => clock.GetTimestamp() < _until;

    public bool Builds(Address entryPoint) => Find(DutyNames.Builder(entryPoint)) is not null;

    /// <summary>The number under which it holds a duty now; <c>null</c> when it does not.</summary>
    public Fence? Find(string name)
    {
        if (IsSole)
        {
            return Fence.Sole;
        }

        lock (_lock)
        {
            return IsCurrent ? _held.GetValueOrDefault(name) : null;
        }
    }

    /// <summary>The duty is held under this very number.</summary>
    public bool Holds(Fence fence) => IsSole || Find(fence.Name) == fence;

    /// <exception cref="LeaseLostException">It is not held now.</exception>
    public Fence Need(string name) => Find(name) ?? throw new LeaseLostException(new Fence(name, "", 0));

    /// <summary>The keys that it uses now, with the numbers; for <see cref="IsSole"/> none are named.</summary>
    public IReadOnlyDictionary<Address, Fence> Signers
    {
        get
        {
            lock (_lock)
            {
                return IsCurrent
                    ? _held.Values.Select(fence => (Signer: DutyNames.SignerOf(fence.Name), Fence: fence))
                        .Where(each => each.Signer is not null)
                        .ToDictionary(each => each.Signer!.Value, each => each.Fence)
                    : [];
            }
        }
    }

    /// <summary>Says so whenever a duty was got, lost or lost by time, beginning now.</summary>
    public async IAsyncEnumerable<bool> Changes([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Channel<bool> channel = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
        lock (_lock)
        {
            _listeners.Add(channel);
            channel.Writer.TryWrite(true);
        }

        try
        {
            await foreach (bool changed in channel.Reader.ReadAllAsync(cancellationToken))
            {
                yield return changed;
            }
        }
        finally
        {
            lock (_lock)
            {
                _listeners.Remove(channel);
            }
        }
    }

    /// <summary>A heartbeat was answered.</summary>
    /// <param name="held">All that it holds.</param>
    /// <param name="until">Until when, by the clock that never jumps.</param>
    internal void Renewed(IEnumerable<Fence> held, long until)
    {
        lock (_lock)
        {
            Dictionary<string, Fence> now = held.ToDictionary(fence => fence.Name);
            bool changed = !IsCurrent || now.Count != _held.Count || now.Values.Any(fence => _held.GetValueOrDefault(fence.Name) != fence);
            (_held, _until) = (now, until);
            if (changed)
            {
                Announce();
            }
        }
    }

    /// <summary>What was to be done under this number was refused: another has the duty, or may have it.</summary>
    internal void Refused(Fence fence)
    {
        lock (_lock)
        {
            _refusals[fence.Name] = _refusals.GetValueOrDefault(fence.Name) + 1;
            if (_held.GetValueOrDefault(fence.Name) == fence)
            {
                _held.Remove(fence.Name);
                Announce();
            }
        }
    }

    private void Announce() => _listeners.ForEach(listener => listener.Writer.TryWrite(true));
}
