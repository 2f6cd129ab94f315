using Bundler.Engine.Pool;
using Bundler.Engine.Reputation;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Following;

/// <summary>What another node stored and this one has to remember. In order, each may come again: it changes nothing then.</summary>
/// <param name="Sequence">Its place in the one order of all changes.</param>
public abstract record FleetChange(long Sequence)
{
    /// <summary>An operation came into the mempool; <c>null</c> when it has left again since, which a later change tells.</summary>
    public sealed record Added(long Sequence, StoredOperation? Operation) : FleetChange(Sequence);

    /// <summary>An operation got another status, and left the mempool if that is its last word there.</summary>
    /// <param name="Sequence">Its place.</param>
    /// <param name="Status">The new status.</param>
    /// <param name="Event">The same for who listens; <c>null</c> when the one who stored it did not know the operation.</param>
    public sealed record Told(long Sequence, OperationStatusRecord Status, OperationEvent? Event) : FleetChange(Sequence);

    /// <summary>A signed bundle has the operation.</summary>
    public sealed record Taken(long Sequence, Hash32 UserOpHash) : FleetChange(Sequence);

    /// <summary>The bundle that had the operation is settled.</summary>
    public sealed record Released(long Sequence, Hash32 UserOpHash) : FleetChange(Sequence);

    /// <summary>The mempool of one EntryPoint was emptied, or of all.</summary>
    public sealed record Cleared(long Sequence, Address? EntryPoint) : FleetChange(Sequence);

    /// <summary>The counters of an address are these now.</summary>
    public sealed record Counted(long Sequence, StoredReputation Entry) : FleetChange(Sequence);

    /// <summary>The counters of one EntryPoint were forgotten, or all.</summary>
    public sealed record CountersCleared(long Sequence, Address? EntryPoint) : FleetChange(Sequence);

    /// <summary>This node stored it, and remembers it.</summary>
    public sealed record Own(long Sequence) : FleetChange(Sequence);
}
