using Bundler.Engine.Pool;
using Bundler.Ethereum.Primitives;

namespace Bundler.Storage;

/// <summary>The pending operations and the last status of every operation, one row each; writing a known one overwrites it.</summary>
internal sealed class SqlMempoolStore(SqlDatabase database) : IMempoolStore
{
    private const string InsertOperation =
        """
        INSERT INTO mempool (user_op_hash, entry_point, sender, json, admitted_at, admitted_at_block, sequence, returned_at, trace_parent, validation,
            ungranted_paymaster, ungranted_prefund)
        """;

    private const string OrOverwriteOperation =
        """
        ON CONFLICT (user_op_hash) DO UPDATE SET
            entry_point = excluded.entry_point, sender = excluded.sender, json = excluded.json, admitted_at = excluded.admitted_at,
            admitted_at_block = excluded.admitted_at_block, sequence = excluded.sequence, returned_at = excluded.returned_at,
            trace_parent = excluded.trace_parent, validation = excluded.validation,
            ungranted_paymaster = excluded.ungranted_paymaster, ungranted_prefund = excluded.ungranted_prefund
        """;

    private const string UpsertOperation =
        $"""
        {InsertOperation}
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, NULL, NULL)
        {OrOverwriteOperation}
        """;

    private const string IsGranted = "EXISTS (SELECT 1 FROM grants g WHERE g.operation_hash = $1)";

    // Of whichever paymaster: it may be one of ours some day. What it may have to pay counts against its deposit, unless the ledger of grants has it already.
    private const string UpsertPaidOperation =
        $"""
        {InsertOperation}
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, CASE WHEN {IsGranted} THEN NULL ELSE $11 END, CASE WHEN {IsGranted} THEN NULL ELSE $12 END)
        {OrOverwriteOperation}
        """;

    private const string UpsertStatus =
        """
        INSERT INTO operation_statuses (user_op_hash, state, transaction_hash, reason, at) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (user_op_hash) DO UPDATE SET
            state = excluded.state, transaction_hash = excluded.transaction_hash, reason = excluded.reason, at = excluded.at
        """;

    /// <summary>What <see cref="Operation(SqlRow, int)"/> reads, of the mempool by the name m.</summary>
    internal const string OperationColumns =
        "m.user_op_hash, m.entry_point, m.sender, m.json, m.admitted_at, m.admitted_at_block, m.sequence, m.returned_at, m.trace_parent, m.validation";

    private const string SelectAll = $"SELECT {OperationColumns} FROM mempool m ORDER BY m.sequence";

    private const string DeleteOperation = "DELETE FROM mempool WHERE user_op_hash = $1";
    private const string DeleteOfEntryPoint = "DELETE FROM mempool WHERE entry_point = $1";
    private const string DeleteAll = "DELETE FROM mempool";
    // One that came back after it had ended long ago has its newer word in operation_statuses.
    private const string SelectStatus =
        """
        SELECT user_op_hash, state, transaction_hash, reason, at, block_number FROM (
            SELECT user_op_hash, state, transaction_hash, reason, at, block_number, 1 AS place FROM ended_operations WHERE user_op_hash = $1
            UNION ALL
            SELECT user_op_hash, state, transaction_hash, reason, at, NULL AS block_number, 0 AS place FROM operation_statuses WHERE user_op_hash = $1) AS words
        ORDER BY place
        """;

    public Task ChangeAsync(Func<PoolWrite?> decide, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async (session, token) =>
            {
                if (decide() is not { } write)
                {
                    return;
                }

                foreach (OperationEvent end in write.Ends)
                {
                    await EndAsync(session, end.Status, end, token);
                }

                if (write.Added is { } added)
                {
                    await AddAsync(session, added, token);
                }
            },
            cancellationToken);

    public Task AddAsync(StoredOperation operation, IReadOnlyCollection<OperationStatusRecord> replaced, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async (session, token) =>
            {
                await EndAsync(session, replaced, token);
                await AddAsync(session, operation, token);
            },
            cancellationToken);

    public Task RemoveAsync(IReadOnlyCollection<OperationStatusRecord> ends, CancellationToken cancellationToken) =>
        database.WriteAsync((session, token) => EndAsync(session, ends, token), cancellationToken);

    public Task ClearAsync(Address? entryPoint, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async (session, token) =>
            {
                await (entryPoint is { } one ? session.Prepare(DeleteOfEntryPoint).With(one) : session.Prepare(DeleteAll)).ExecuteAsync(token);
                await ChangeTables.ClearedAsync(session, entryPoint, token);
            },
            cancellationToken);

    public Task<IReadOnlyList<StoredOperation>> LoadAsync(CancellationToken cancellationToken) => database.ReadAsync(LoadAsync, cancellationToken);

    public Task SetStatusAsync(IReadOnlyCollection<OperationStatusRecord> statuses, CancellationToken cancellationToken) =>
        SetStatusAsync(statuses.Select(status => (status, (OperationEvent?)null)), cancellationToken);

    public Task TellAsync(IReadOnlyCollection<OperationEvent> statuses, CancellationToken cancellationToken) =>
        SetStatusAsync(statuses.Select(happened => (happened.Status, (OperationEvent?)happened)), cancellationToken);

    public Task<OperationStatusRecord?> FindStatusAsync(Hash32 userOpHash, CancellationToken cancellationToken) =>
        database.ReadAsync((session, token) => session.Prepare(SelectStatus).With(userOpHash).ReadFirstAsync(Status, token), cancellationToken);

    /// <summary>What each admission does to the store; its caller undoes it.</summary>
    internal static async Task TryAsync(SqlSession session, CancellationToken cancellationToken)
    {
        await AddAsync(session, new StoredOperation(Hash32.Zero, default, default, Bytes.Empty, DateTimeOffset.UnixEpoch, 0, 0), cancellationToken);
        await EndAsync(session, [new(Hash32.Zero, OperationState.Dropped, null, null, DateTimeOffset.UnixEpoch)], cancellationToken);
    }

    private static async Task AddAsync(SqlSession session, StoredOperation operation, CancellationToken cancellationToken)
    {
        SqlStatement upsert = session.Prepare(operation.Paymaster is null ? UpsertOperation : UpsertPaidOperation)
            .With(operation.UserOpHash).With(operation.EntryPoint).With(operation.Sender).With(operation.Json)
            .With(operation.AdmittedAt).With(operation.AdmittedAtBlock).With(operation.Sequence).With(operation.ReturnedAt)
            .With(operation.TraceParent).With(operation.Validation);
        if (operation.Paymaster is { } paymaster)
        {
            upsert.With(paymaster).With(operation.Prefund);
        }

        await upsert.ExecuteAsync(cancellationToken);
        await WriteAsync(session, new(operation.UserOpHash, OperationState.Pending, null, null, operation.AdmittedAt), cancellationToken);
        await ChangeTables.AddedAsync(session, operation, cancellationToken);
    }

    private Task SetStatusAsync(IEnumerable<(OperationStatusRecord Status, OperationEvent? Event)> statuses, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async (session, token) =>
            {
                foreach ((OperationStatusRecord status, OperationEvent? happened) in statuses)
                {
                    await WriteAsync(session, status, token);
                    await ChangeTables.ToldAsync(session, status, happened, token);
                }
            },
            cancellationToken);

    private static async Task EndAsync(SqlSession session, IEnumerable<OperationStatusRecord> ends, CancellationToken cancellationToken)
    {
        foreach (OperationStatusRecord end in ends)
        {
            await EndAsync(session, end, null, cancellationToken);
        }
    }

    private static async Task EndAsync(SqlSession session, OperationStatusRecord end, OperationEvent? happened, CancellationToken cancellationToken)
    {
        await session.Prepare(DeleteOperation).With(end.UserOpHash).ExecuteAsync(cancellationToken);
        await WriteAsync(session, end, cancellationToken);
        await ChangeTables.ToldAsync(session, end, happened, cancellationToken);
    }

    private static Task WriteAsync(SqlSession session, OperationStatusRecord status, CancellationToken cancellationToken) =>
        session.Prepare(UpsertStatus)
            .With(status.UserOpHash).With((long)status.State).With(status.TransactionHash).With(status.Reason).With(status.At)
            .ExecuteAsync(cancellationToken);

    internal static Task<IReadOnlyList<StoredOperation>> LoadAsync(SqlSession session, CancellationToken cancellationToken) =>
        session.Prepare(SelectAll).ReadAllAsync(row => Operation(row, 0), cancellationToken);

    internal static StoredOperation Operation(SqlRow row, int first) =>
        new(
            row.Hash(first), row.Address(first + 1), row.Address(first + 2), row.Bytes(first + 3), row.Time(first + 4), row.UInt64(first + 5),
            Sequence(row.Int64(first + 6)))
        {
            ReturnedAt = row.TimeOrNull(first + 7),
            TraceParent = row.TextOrNull(first + 8),
            Validation = row.BytesOrNull(first + 9),
        };

    // Those of the next operations follow: one near the end of the numbers was never given.
    private static long Sequence(long stored) =>
        stored is >= 0 and <= long.MaxValue / 2 ? stored : throw new CodecException($"{stored} is no sequence");

    private static OperationStatusRecord Status(SqlRow row) =>
        new(row.Hash(0), row.Kind<OperationState>(1), row.HashOrNull(2), row.TextOrNull(3), row.Time(4)) { LeftTo = row.UInt64OrNull(5) };
}
