using Bundler.Engine.Pool;
using Bundler.Engine.Reputation;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Following;

/// <summary>The changes that all nodes of a database stored, in one order: whoever reads on from the last one it knows has missed nothing.</summary>
public interface IChangeStore
{
    /// <summary>Several nodes may be there; else there are no changes and nothing is ever to be read.</summary>
    bool IsShared { get; }

    /// <summary>The place of the newest change, 0 when there was none.</summary>
    Task<long> LastAsync(CancellationToken cancellationToken);

    /// <summary>The changes behind a place, the oldest first; <c>null</c> when some of them have been deleted: only <see cref="LoadAsync"/> helps then.</summary>
    Task<IReadOnlyList<FleetChange>?> ReadAsync(long after, int limit, CancellationToken cancellationToken);

    /// <summary>Tells the attached memory everything anew, while nobody writes.</summary>
    Task LoadAsync(CancellationToken cancellationToken);

    /// <summary>Deletes the oldest changes beyond so many, at most <paramref name="step"/> of them; returns how many went.</summary>
    Task<int> TrimAsync(int keep, int step, CancellationToken cancellationToken);

    /// <summary>Returns when a node has said that there is something new, or after a while in any case.</summary>
    Task WaitAsync(TimeSpan atMost, CancellationToken cancellationToken);

    /// <summary>From now on every transaction that writes begins by telling this memory what the others have stored: what is decided in it is decided by all that is stored.</summary>
    void Attach(IChangeMemory memory);
}

/// <summary>What a node remembers of the store.</summary>
public interface IChangeMemory
{
    /// <summary>It knows everything up to this place.</summary>
    long Applied { get; }

    /// <summary>Remembers what is newer than <see cref="Applied"/>.</summary>
    void Apply(IReadOnlyList<FleetChange> changes);

    /// <summary>What comes behind <see cref="Applied"/> has been deleted, or nobody knows what of this node's own is stored: this is everything.</summary>
    void Replace(FleetState state);
}

/// <summary>Everything that nodes remember of the store.</summary>
/// <param name="Sequence">The place of the newest change in it.</param>
/// <param name="Operations">What the mempool has.</param>
/// <param name="Taken">Those of them that signed bundles have.</param>
/// <param name="Counters">The reputation.</param>
public sealed record FleetState(
    long Sequence, IReadOnlyList<StoredOperation> Operations, IReadOnlySet<Hash32> Taken, IReadOnlyList<StoredReputation> Counters);
