using Bundler.Engine.Ledger;
using Bundler.Ethereum.Primitives;

namespace Bundler.Storage;

/// <summary>The tables of the ledger, written in the transactions of the index: entries, shares and totals change together or not at all.</summary>
internal static class LedgerTables
{
    /// <summary>The day under which the sums over all time stand.</summary>
    public const long AllTime = -1;

    public const string EntryColumns =
        """
        SELECT e.transaction_hash, e.block_number, e.block_hash, e.transaction_index, e.block_time, e.kind, e.success, e.bundle_id, e.signer,
            e.nonce, e.entry_point, e.beneficiary, e.gas_used, e.effective_gas_price, e.gas_paid, e.fees_received, e.fault_operation,
            e.fault_entity, e.fault_reason,
            CASE WHEN e.block_number <= (SELECT number FROM index_marks WHERE kind = 2) THEN 1 ELSE 0 END
        FROM ledger_entries e
        """;

    public const string TotalColumns =
        """
        SELECT signer, entry_point, bundles, reverted, cancellations, operations, gas_used, gas_paid, gas_lost, fees_received
        FROM ledger_totals
        """;

    private const string InsertEntry =
        """
        INSERT INTO ledger_entries (transaction_hash, block_number, block_hash, transaction_index, block_time, kind, success, bundle_id, signer,
            nonce, entry_point, beneficiary, gas_used, effective_gas_price, gas_paid, fees_received)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
        """;

    private const string InsertShare =
        "INSERT INTO ledger_shares (transaction_hash, position, user_op_hash, fee_received, gas_paid) VALUES ($1, $2, $3, $4, $5)";

    private const string UpsertTotal =
        """
        INSERT INTO ledger_totals (day, signer, entry_point, bundles, reverted, cancellations, operations, gas_used, gas_paid, gas_lost, fees_received)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        ON CONFLICT (day, signer, entry_point) DO UPDATE SET
            bundles = excluded.bundles, reverted = excluded.reverted, cancellations = excluded.cancellations, operations = excluded.operations,
            gas_used = excluded.gas_used, gas_paid = excluded.gas_paid, gas_lost = excluded.gas_lost, fees_received = excluded.fees_received
        """;

    private const string SelectEntry = $"{EntryColumns} WHERE e.transaction_hash = $1";
    private const string SelectEntriesFrom = $"{EntryColumns} WHERE e.block_number >= $1";
    private const string SelectShares = "SELECT user_op_hash, fee_received, gas_paid FROM ledger_shares WHERE transaction_hash = $1 ORDER BY position";
    private const string SelectTotal = $"{TotalColumns} WHERE day = $1 AND signer = $2 AND entry_point = $3";
    private const string DeleteEntry = "DELETE FROM ledger_entries WHERE transaction_hash = $1";
    private const string DeleteShares = "DELETE FROM ledger_shares WHERE transaction_hash = $1";

    /// <summary>A block of the index is written: its entries with it. What is there already, or was and has been moved away since, stays as it is.</summary>
    public static async Task AddAsync(SqlSession session, IReadOnlyList<LedgerEntry> entries, CancellationToken cancellationToken)
    {
        ulong? moved = entries.Count == 0 ? null : await IndexMarks.FindAsync(session, IndexMarks.MovedLedger, cancellationToken);
        foreach (LedgerEntry entry in entries)
        {
            if (entry.BlockNumber <= moved)
            {
                continue;
            }

            LedgerEntry? known = await FindAsync(session, entry.TransactionHash, cancellationToken);
            if (known?.BlockHash == entry.BlockHash)
            {
                continue;
            }

            if (known is not null)
            {
                await RemoveAsync(session, known, cancellationToken);
            }

            // One that cannot be read makes room for what the chain says.
            await session.Prepare(DeleteEntry).With(entry.TransactionHash).ExecuteAsync(cancellationToken);
            await InsertAsync(session, entry, cancellationToken);
            await AddUpAsync(session, entry, (total, one) => total.Plus(one), cancellationToken);
        }
    }

    /// <summary>Blocks from a number on leave the index: their entries go, and what they added to the totals.</summary>
    public static async Task RemoveFromAsync(SqlSession session, ulong blockNumber, CancellationToken cancellationToken)
    {
        foreach (LedgerEntry entry in await session.Prepare(SelectEntriesFrom).With(blockNumber).ReadAllAsync(Entry, cancellationToken))
        {
            await RemoveAsync(session, await WithSharesAsync(session, entry, cancellationToken), cancellationToken);
        }
    }

    public static async Task<LedgerEntry?> FindAsync(SqlSession session, Hash32 transactionHash, CancellationToken cancellationToken) =>
        await session.Prepare(SelectEntry).With(transactionHash).ReadFirstAsync(Entry, cancellationToken) is { } entry
            ? await WithSharesAsync(session, entry, cancellationToken)
            : null;

    public static async Task<LedgerEntry> WithSharesAsync(SqlSession session, LedgerEntry entry, CancellationToken cancellationToken) =>
        entry with { Shares = await session.Prepare(SelectShares).With(entry.TransactionHash).ReadAllAsync(Share, cancellationToken) };

    public static async Task WriteSharesAsync(SqlSession session, Hash32 transactionHash, IReadOnlyList<LedgerShare> shares, CancellationToken cancellationToken)
    {
        await session.Prepare(DeleteShares).With(transactionHash).ExecuteAsync(cancellationToken);
        for (int i = 0; i < shares.Count; i++)
        {
            await session.Prepare(InsertShare)
                .With(transactionHash).With((long)i).With(shares[i].UserOpHash).With(shares[i].FeeReceived).With(shares[i].GasPaid)
                .ExecuteAsync(cancellationToken);
        }
    }

    /// <summary>A row of <see cref="EntryColumns"/>, without its shares.</summary>
    public static LedgerEntry Entry(SqlRow row) => new()
    {
        TransactionHash = row.Hash(0),
        BlockNumber = row.UInt64(1),
        BlockHash = row.Hash(2),
        TransactionIndex = row.UInt64(3),
        Time = row.Time(4),
        Kind = row.Kind<LedgerKind>(5),
        Success = row.Bool(6),
        BundleId = row.Guid(7),
        Signer = row.Address(8),
        Nonce = row.UInt64(9),
        EntryPoint = row.Address(10),
        Beneficiary = row.AddressOrNull(11),
        GasUsed = row.UInt64(12),
        EffectiveGasPrice = row.UInt256(13),
        GasPaid = row.UInt256(14),
        FeesReceived = row.UInt256(15),
        Fault = row.TextOrNull(18) is { } reason ? new LedgerFault(row.HashOrNull(16), row.AddressOrNull(17), reason) : null,
        IsFinal = row.Bool(19),
        Shares = [],
    };

    /// <summary>A row of <see cref="TotalColumns"/>.</summary>
    public static LedgerTotal Total(SqlRow row) => new(row.Address(0), row.Address(1))
    {
        Bundles = row.UInt64(2),
        Reverted = row.UInt64(3),
        Cancellations = row.UInt64(4),
        Operations = row.UInt64(5),
        GasUsed = row.UInt64(6),
        GasPaid = row.UInt256(7),
        GasLost = row.UInt256(8),
        FeesReceived = row.UInt256(9),
    };

    /// <summary>Days since 1970-01-01 UTC.</summary>
    public static long DayOf(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerDay;

    private static async Task RemoveAsync(SqlSession session, LedgerEntry entry, CancellationToken cancellationToken)
    {
        await session.Prepare(DeleteEntry).With(entry.TransactionHash).ExecuteAsync(cancellationToken);
        await session.Prepare(DeleteShares).With(entry.TransactionHash).ExecuteAsync(cancellationToken);
        await AddUpAsync(session, entry, (total, one) => total.Minus(one), cancellationToken);
    }

    private static async Task InsertAsync(SqlSession session, LedgerEntry entry, CancellationToken cancellationToken)
    {
        await session.Prepare(InsertEntry)
            .With(entry.TransactionHash).With(entry.BlockNumber).With(entry.BlockHash).With(entry.TransactionIndex).With(entry.Time)
            .With((long)entry.Kind).With(entry.Success).With(entry.BundleId).With(entry.Signer).With(entry.Nonce).With(entry.EntryPoint)
            .With(entry.Beneficiary).With(entry.GasUsed).With(entry.EffectiveGasPrice).With(entry.GasPaid).With(entry.FeesReceived)
            .ExecuteAsync(cancellationToken);
        await WriteSharesAsync(session, entry.TransactionHash, entry.Shares, cancellationToken);
    }

    private static async Task AddUpAsync(
        SqlSession session, LedgerEntry entry, Func<LedgerTotal, LedgerTotal, LedgerTotal> change, CancellationToken cancellationToken)
    {
        foreach (long day in new[] { AllTime, DayOf(entry.Time) })
        {
            LedgerTotal before = await session.Prepare(SelectTotal).With(day).With(entry.Signer).With(entry.EntryPoint).ReadFirstAsync(Total, cancellationToken)
                ?? new LedgerTotal(entry.Signer, entry.EntryPoint);
            LedgerTotal after = change(before, LedgerTotal.Of(entry));
            await session.Prepare(UpsertTotal)
                .With(day).With(after.Signer).With(after.EntryPoint).With(after.Bundles).With(after.Reverted).With(after.Cancellations)
                .With(after.Operations).With(after.GasUsed).With(after.GasPaid).With(after.GasLost).With(after.FeesReceived)
                .ExecuteAsync(cancellationToken);
        }
    }

    private static LedgerShare Share(SqlRow row) => new(row.Hash(0), row.UInt256(1), row.UInt256(2));
}
