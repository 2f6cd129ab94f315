using Bundler.Engine.Submission;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Ledger;

/// <summary>
/// The ledger as it is stored. Entries come and go with their blocks, in the transactions of the index: what a block of the index holds is
/// in the ledger once, and nothing else is.
/// </summary>
public interface ILedgerStore
{
    /// <summary>Which of these transactions we ever signed.</summary>
    Task<IReadOnlyDictionary<Hash32, StoredTransaction>> SignedAmongAsync(IReadOnlyCollection<Hash32> transactionHashes, CancellationToken cancellationToken);

    /// <summary>Entries in the order of the chain, at most <paramref name="limit"/>.</summary>
    Task<IReadOnlyList<LedgerEntry>> ReadAsync(LedgerFilter filter, int limit, CancellationToken cancellationToken);

    Task<LedgerEntry?> FindAsync(Hash32 transactionHash, CancellationToken cancellationToken);

    /// <summary>Every transaction of ours that carried the operation: at most one succeeded, others reverted.</summary>
    Task<IReadOnlyList<LedgerEntry>> OfOperationAsync(Hash32 userOpHash, CancellationToken cancellationToken);

    /// <summary>Totals by signer and EntryPoint over whole days (UTC), or over all time.</summary>
    /// <param name="from">The first day; <c>null</c>: from the beginning.</param>
    /// <param name="until">The last day; <c>null</c>: until now.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<IReadOnlyList<LedgerTotal>> TotalsAsync(DateOnly? from, DateOnly? until, CancellationToken cancellationToken);

    /// <summary>What the nodes of a fleet have at risk together, and the most that the ledger has shown; nothing where one node has the database for itself.</summary>
    Task<StoredRisk> RiskAsync(CancellationToken cancellationToken);

    /// <summary>Bundles that reverted and whose fault was not asked for yet.</summary>
    Task<IReadOnlyList<LedgerEntry>> UnjudgedAsync(CancellationToken cancellationToken);

    /// <summary>Why a bundle reverted, and who bears it.</summary>
    Task JudgeAsync(Hash32 transactionHash, LedgerFault fault, CancellationToken cancellationToken);
}

/// <summary>Money at risk as it is stored.</summary>
/// <param name="Peak">The most that the ledger has shown, in wei.</param>
/// <param name="Stakes">Of bundles whose cost is not in the ledger yet.</param>
public sealed record StoredRisk(UInt256 Peak, IReadOnlyList<StoredStake> Stakes)
{
    public static StoredRisk None { get; } = new(UInt256.Zero, []);
}

/// <summary>What one bundle has put at risk.</summary>
public readonly record struct StoredStake(Guid BundleId, UInt256 Wei, bool HasStrangers);

/// <summary>Which entries are wanted.</summary>
public sealed record LedgerFilter
{
    /// <summary>Block time at or after.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Block time before.</summary>
    public DateTimeOffset? Until { get; init; }

    public Address? Signer { get; init; }

    public Address? EntryPoint { get; init; }

    /// <summary>Only what follows this place.</summary>
    public LedgerPlace? After { get; init; }
}

/// <summary>A transaction's place in the chain.</summary>
public readonly record struct LedgerPlace(ulong BlockNumber, ulong TransactionIndex)
{
    public static LedgerPlace Of(LedgerEntry entry) => new(entry.BlockNumber, entry.TransactionIndex);
}
