using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Reputation;

/// <summary>The durable copy of the reputation table.</summary>
public interface IReputationStore
{
    /// <summary>Writes the entries as they are now (upsert); those with both counters at 0 are forgotten.</summary>
    Task SaveAsync(IReadOnlyCollection<StoredReputation> entries, CancellationToken cancellationToken);

    /// <summary>The same, asked for in the transaction, when memory has what all other nodes wrote; it may be asked for again when nothing was stored.</summary>
    Task SaveAsync(Func<IReadOnlyCollection<StoredReputation>> entries, CancellationToken cancellationToken);

    /// <summary>Replaces everything of an EntryPoint (debug_bundler_clearReputation) or of all.</summary>
    Task ClearAsync(Address? entryPoint, CancellationToken cancellationToken);

    Task<IReadOnlyList<StoredReputation>> LoadAsync(CancellationToken cancellationToken);
}

/// <summary>The counters of one address at one EntryPoint, as stored.</summary>
public sealed record StoredReputation(Address EntryPoint, Address Address, ulong OpsSeen, ulong OpsIncluded);
