using System.Globalization;
using System.Text;
using Bundler.Engine.Ledger;
using Bundler.Engine.Submission;
using Bundler.Ethereum.Primitives;

namespace Bundler.Storage;

/// <summary>Reads the ledger; entries are written with the blocks of the index, only a verdict is written here.</summary>
internal sealed class SqlLedgerStore(SqlDatabase database) : ILedgerStore
{
    // A server sends all that is asked for, though only the first that can be read is wanted.
    private const string SelectFirstSince = "SELECT block_number FROM ledger_entries WHERE block_time >= $1 ORDER BY block_time, block_number LIMIT 16";

    private const string SelectOfOperation =
        $"""
        {LedgerTables.EntryColumns} JOIN ledger_shares s ON s.transaction_hash = e.transaction_hash
        WHERE s.user_op_hash = $1 ORDER BY e.block_number, e.transaction_index
        """;

    private const string SelectUnjudged =
        $"""
        {LedgerTables.EntryColumns}
        WHERE e.success = 0 AND e.kind = 0 AND e.fault_reason IS NULL ORDER BY e.block_number, e.transaction_index
        """;

    private const string SelectTotals = $"{LedgerTables.TotalColumns} WHERE day >= $1 AND day <= $2 ORDER BY day, signer, entry_point";

    private const string UpdateFault =
        "UPDATE ledger_entries SET fault_operation = $2, fault_entity = $3, fault_reason = $4 WHERE transaction_hash = $1";

    public Task<IReadOnlyDictionary<Hash32, StoredTransaction>> SignedAmongAsync(
        IReadOnlyCollection<Hash32> transactionHashes, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyDictionary<Hash32, StoredTransaction>>(
            async (session, token) =>
            {
                Dictionary<Hash32, StoredTransaction> signed = [];
                foreach (Hash32 hash in transactionHashes)
                {
                    if (await SqlSubmissionStore.FindAsync(session, hash, token) is { } transaction)
                    {
                        signed[hash] = transaction;
                    }
                }

                return signed;
            },
            cancellationToken);

    public Task<StoredRisk> RiskAsync(CancellationToken cancellationToken) =>
        database.IsShared ? database.ReadAsync(RiskTables.ReadAsync, cancellationToken) : Task.FromResult(StoredRisk.None);

    public Task<IReadOnlyList<LedgerEntry>> ReadAsync(LedgerFilter filter, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync(
            async (session, token) =>
            {
                ulong first = filter.From is { } from ? await FirstSinceAsync(session, from, token) : 0;
                ulong end = filter.Until is { } until ? await FirstSinceAsync(session, until, token) : long.MaxValue;
                LedgerPlace after = filter.After is { } place && place.BlockNumber >= first ? place : new LedgerPlace(first, 0);
                SqlStatement statement = session.Prepare(Select(filter, isAfter: after == filter.After))
                    .With(after.BlockNumber).With(after.TransactionIndex).With(end).With((long)limit);
                statement = filter.Signer is { } signer ? statement.With(signer) : statement;
                statement = filter.EntryPoint is { } entryPoint ? statement.With(entryPoint) : statement;
                return await WithSharesAsync(session, await statement.ReadAllAsync(LedgerTables.Entry, token), token);
            },
            cancellationToken);

    public Task<LedgerEntry?> FindAsync(Hash32 transactionHash, CancellationToken cancellationToken) =>
        database.ReadAsync((session, token) => LedgerTables.FindAsync(session, transactionHash, token), cancellationToken);

    public Task<IReadOnlyList<LedgerEntry>> OfOperationAsync(Hash32 userOpHash, CancellationToken cancellationToken) =>
        database.ReadAsync(
            async (session, token) => await WithSharesAsync(
                session, await session.Prepare(SelectOfOperation).With(userOpHash).ReadAllAsync(LedgerTables.Entry, token), token),
            cancellationToken);

    public Task<IReadOnlyList<LedgerTotal>> TotalsAsync(DateOnly? from, DateOnly? until, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyList<LedgerTotal>>(
            async (session, token) =>
            {
                bool all = from is null && until is null;
                IReadOnlyList<LedgerTotal> days = await session.Prepare(SelectTotals)
                    .With(all ? LedgerTables.AllTime : from is { } first ? DayOf(first) : 0)
                    .With(all ? LedgerTables.AllTime : until is { } last ? DayOf(last) : long.MaxValue)
                    .ReadAllAsync(LedgerTables.Total, token);
                return
                [
                    .. days.GroupBy(total => (total.Signer, total.EntryPoint))
                        .Select(group => group.Aggregate(new LedgerTotal(group.Key.Signer, group.Key.EntryPoint), (sum, day) => sum.Plus(day))),
                ];
            },
            cancellationToken);

    public Task<IReadOnlyList<LedgerEntry>> UnjudgedAsync(CancellationToken cancellationToken) =>
        database.ReadAsync(
            async (session, token) => await WithSharesAsync(session, await session.Prepare(SelectUnjudged).ReadAllAsync(LedgerTables.Entry, token), token),
            cancellationToken);

    public Task JudgeAsync(Hash32 transactionHash, LedgerFault fault, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async (session, token) =>
            {
                if (await LedgerTables.FindAsync(session, transactionHash, token) is { } entry)
                {
                    await session.Prepare(UpdateFault)
                        .With(transactionHash).With(fault.UserOpHash).With(fault.Entity).With(fault.Reason)
                        .ExecuteAsync(token);
                    await LedgerTables.WriteSharesAsync(session, transactionHash, LedgerBook.Blamed(entry, fault), token);
                }
            },
            cancellationToken);

    /// <summary>Eight texts at most: with or without each of the conditions.</summary>
    private static string Select(LedgerFilter filter, bool isAfter)
    {
        StringBuilder sql = new(LedgerTables.EntryColumns);
        sql.Append(isAfter
            ? " WHERE (e.block_number, e.transaction_index) > ($1, $2)"
            : " WHERE (e.block_number, e.transaction_index) >= ($1, $2)");
        sql.Append(" AND e.block_number < $3");
        int next = 5;
        if (filter.Signer is not null)
        {
            sql.Append(CultureInfo.InvariantCulture, $" AND e.signer = ${next++}");
        }

        if (filter.EntryPoint is not null)
        {
            sql.Append(CultureInfo.InvariantCulture, $" AND e.entry_point = ${next}");
        }

        return sql.Append(" ORDER BY e.block_number, e.transaction_index LIMIT $4").ToString();
    }

    /// <summary>The first block with an entry at or after a time; beyond every block when there is none.</summary>
    private static async Task<ulong> FirstSinceAsync(SqlSession session, DateTimeOffset time, CancellationToken cancellationToken) =>
        await session.Prepare(SelectFirstSince).With(time).ReadFirstAsync<ulong?>(row => row.UInt64(0), cancellationToken) ?? long.MaxValue;

    private static async Task<IReadOnlyList<LedgerEntry>> WithSharesAsync(
        SqlSession session, IReadOnlyList<LedgerEntry> entries, CancellationToken cancellationToken)
    {
        List<LedgerEntry> complete = new(entries.Count);
        foreach (LedgerEntry entry in entries)
        {
            complete.Add(await LedgerTables.WithSharesAsync(session, entry, cancellationToken));
        }

        return complete;
    }

    private static long DayOf(DateOnly day) => day.DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;
}
