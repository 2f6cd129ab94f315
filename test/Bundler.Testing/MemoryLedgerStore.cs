using Bundler.Engine.Ledger;
using Bundler.Engine.Submission;
using Bundler.Ethereum.Primitives;

namespace Bundler.Testing;

/// <summary>A ledger of given entries, for unit tests; nothing is signed unless the test says so.</summary>
public sealed class MemoryLedgerStore : ILedgerStore
{
    public Dictionary<Hash32, StoredTransaction> Signed { get; } = [];

    public List<LedgerEntry> Entries { get; } = [];

    /// <summary>What other nodes have at risk.</summary>
    public StoredRisk Risk { get; set; } = StoredRisk.None;

    public Task<StoredRisk> RiskAsync(CancellationToken cancellationToken) => Task.FromResult(Risk);

    public Task<IReadOnlyDictionary<Hash32, StoredTransaction>> SignedAmongAsync(
        IReadOnlyCollection<Hash32> transactionHashes, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyDictionary<Hash32, StoredTransaction>>(
            transactionHashes.Where(Signed.ContainsKey).ToDictionary(hash => hash, hash => Signed[hash]));

    public Task<IReadOnlyList<LedgerEntry>> ReadAsync(LedgerFilter filter, int limit, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<LedgerEntry>>(
        [
            .. Entries
                .Where(entry => (filter.From is null || entry.Time >= filter.From)
                    && (filter.Until is null || entry.Time < filter.Until)
                    && (filter.Signer is null || entry.Signer == filter.Signer)
                    && (filter.EntryPoint is null || entry.EntryPoint == filter.EntryPoint)
                    && (filter.After is not { } after || Comes(after, LedgerPlace.Of(entry))))
                .Take(limit),
        ]);

    public Task<LedgerEntry?> FindAsync(Hash32 transactionHash, CancellationToken cancellationToken) =>
        Task.FromResult(Entries.Find(entry => entry.TransactionHash == transactionHash));

    public Task<IReadOnlyList<LedgerEntry>> OfOperationAsync(Hash32 userOpHash, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<LedgerEntry>>([.. Entries.Where(entry => entry.Shares.Any(share => share.UserOpHash == userOpHash))]);

    public Task<IReadOnlyList<LedgerTotal>> TotalsAsync(DateOnly? from, DateOnly? until, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<LedgerTotal>>(
        [
            .. Entries
                .Where(entry => (from is null || DateOnly.FromDateTime(entry.Time.UtcDateTime) >= from)
                    && (until is null || DateOnly.FromDateTime(entry.Time.UtcDateTime) <= until))
                .GroupBy(entry => (entry.Signer, entry.EntryPoint))
                .Select(group => group.Aggregate(new LedgerTotal(group.Key.Signer, group.Key.EntryPoint), (sum, entry) => sum.Plus(LedgerTotal.Of(entry)))),
        ]);

    public Task<IReadOnlyList<LedgerEntry>> UnjudgedAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<LedgerEntry>>(
            [.. Entries.Where(entry => entry is { Success: false, Kind: LedgerKind.Bundle, Fault: null })]);

    public Task JudgeAsync(Hash32 transactionHash, LedgerFault fault, CancellationToken cancellationToken)
    {
        int index = Entries.FindIndex(entry => entry.TransactionHash == transactionHash);
        if (index >= 0)
        {
            Entries[index] = Entries[index] with { Fault = fault, Shares = LedgerBook.Blamed(Entries[index], fault) };
        }

        return Task.CompletedTask;
    }

    private static bool Comes(LedgerPlace after, LedgerPlace place) =>
        place.BlockNumber > after.BlockNumber || (place.BlockNumber == after.BlockNumber && place.TransactionIndex > after.TransactionIndex);
}
