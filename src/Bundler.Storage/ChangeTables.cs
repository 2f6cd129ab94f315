using Bundler.Engine.Following;
using Bundler.Engine.Pool;
using Bundler.Engine.Reputation;
using Bundler.Ethereum.Primitives;

namespace Bundler.Storage;

/// <summary>
/// The changes that other nodes have to remember, as the writes of the stores append them in the same transaction. Writers take turns, so the order of the
/// numbers is the order of the commits, and who has read up to one has missed none before it. Nothing is appended where one node is alone.
/// </summary>
internal static class ChangeTables
{
    private const string Insert =
        """
        INSERT INTO pool_changes (origin, kind, entry_point, user_op_hash, address, nonce, state, transaction_hash, reason, at, ops_seen, ops_included)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
        """;

    private const string SelectBehind =
        $"""
        SELECT c.sequence, c.origin, c.kind, c.entry_point, c.user_op_hash, c.address, c.nonce, c.state, c.transaction_hash, c.reason, c.at, c.ops_seen,
            c.ops_included, {SqlMempoolStore.OperationColumns}
        FROM pool_changes c LEFT JOIN mempool m ON c.kind = 1 AND c.origin <> $3 AND m.user_op_hash = c.user_op_hash
        WHERE c.sequence > $1 ORDER BY c.sequence LIMIT $2
        """;

    private const int FirstOperationColumn = 13;

    private const string SelectLast = "SELECT MAX(sequence) FROM pool_changes";
    private const string SelectFirst = "SELECT MIN(sequence) FROM pool_changes";
    private const string DeleteUpTo = "DELETE FROM pool_changes WHERE sequence <= $1";

    public static Task AddedAsync(SqlSession session, StoredOperation operation, CancellationToken cancellationToken) =>
        AppendAsync(session, new Row(ChangeKind.Added) { EntryPoint = operation.EntryPoint, UserOpHash = operation.UserOpHash }, cancellationToken);

    public static Task ToldAsync(SqlSession session, OperationEvent happened, CancellationToken cancellationToken) =>
        ToldAsync(session, happened.Status, happened, cancellationToken);

    public static Task ToldAsync(SqlSession session, OperationStatusRecord status, OperationEvent? happened, CancellationToken cancellationToken) =>
        AppendAsync(
            session,
            new Row(ChangeKind.Told) { UserOpHash = status.UserOpHash, EntryPoint = happened?.EntryPoint, Address = happened?.Sender, Nonce = happened?.Nonce, Status = status },
            cancellationToken);

    public static async Task TakenAsync(SqlSession session, IReadOnlyList<Hash32> userOpHashes, CancellationToken cancellationToken)
    {
        foreach (Hash32 userOpHash in userOpHashes)
        {
            await AppendAsync(session, new Row(ChangeKind.Taken) { UserOpHash = userOpHash }, cancellationToken);
        }
    }

    public static async Task ReleasedAsync(SqlSession session, IEnumerable<Hash32> userOpHashes, CancellationToken cancellationToken)
    {
        foreach (Hash32 userOpHash in userOpHashes)
        {
            await AppendAsync(session, new Row(ChangeKind.Released) { UserOpHash = userOpHash }, cancellationToken);
        }
    }

    public static Task ClearedAsync(SqlSession session, Address? entryPoint, CancellationToken cancellationToken) =>
        AppendAsync(session, new Row(ChangeKind.Cleared) { EntryPoint = entryPoint }, cancellationToken);

    public static Task CountedAsync(SqlSession session, StoredReputation entry, CancellationToken cancellationToken) =>
        AppendAsync(
            session,
            new Row(ChangeKind.Counted) { EntryPoint = entry.EntryPoint, Address = entry.Address, OpsSeen = (long)entry.OpsSeen, OpsIncluded = (long)entry.OpsIncluded },
            cancellationToken);

    public static Task CountersClearedAsync(SqlSession session, Address? entryPoint, CancellationToken cancellationToken) =>
        AppendAsync(session, new Row(ChangeKind.CountersCleared) { EntryPoint = entryPoint }, cancellationToken);

    /// <summary>The changes behind a place; <c>null</c> when some of them have been deleted.</summary>
    public static async Task<IReadOnlyList<FleetChange>?> ReadAsync(
        SqlSession session, Guid origin, long after, int limit, CancellationToken cancellationToken)
    {
        IReadOnlyList<FleetChange> changes = await session.Prepare(SelectBehind)
            .With(after).With((long)limit).With(origin)
            .ReadAllAsync(row => Change(row, origin), cancellationToken);

        // Asked afterwards: what is deleted between the two is missed by nobody.
        return await TrimmedAsync(session, cancellationToken) > after ? null : changes;
    }

    public static async Task<long> LastAsync(SqlSession session, CancellationToken cancellationToken) =>
        await session.Prepare(SelectLast).ReadFirstAsync(row => row.Int64OrNull(0), cancellationToken) ?? await TrimmedAsync(session, cancellationToken);

    public static async Task<int> TrimAsync(SqlSession session, int keep, int step, CancellationToken cancellationToken)
    {
        if (await session.Prepare(SelectFirst).ReadFirstAsync(row => row.Int64OrNull(0), cancellationToken) is not { } first)
        {
            return 0;
        }

        long until = Math.Min(first + step - 1, await LastAsync(session, cancellationToken) - keep);
        if (until < first)
        {
            return 0;
        }

        await IndexMarks.SetAsync(session, IndexMarks.TrimmedChange, (ulong)until, cancellationToken);
        await session.Prepare(DeleteUpTo).With(until).ExecuteAsync(cancellationToken);
        return (int)(until - first + 1);
    }

    private static async Task<long> TrimmedAsync(SqlSession session, CancellationToken cancellationToken) =>
        (long)(await IndexMarks.FindAsync(session, IndexMarks.TrimmedChange, cancellationToken) ?? 0);

    private static async Task AppendAsync(SqlSession session, Row row, CancellationToken cancellationToken)
    {
        if (session.Origin is not { } origin)
        {
            return;
        }

        await session.Prepare(Insert)
            .With(origin).With((long)row.Kind).With(row.EntryPoint).With(row.UserOpHash).With(row.Address).With(row.Nonce)
            .With((long?)row.Status?.State).With(row.Status?.TransactionHash).With(row.Status?.Reason).With(row.Status?.At).With(row.OpsSeen).With(row.OpsIncluded)
            .ExecuteAsync(cancellationToken);
        session.HasChanged = true;
    }

    private static FleetChange Change(SqlRow row, Guid origin)
    {
        long sequence = row.Int64(0);
        return row.Guid(1) == origin ? new FleetChange.Own(sequence) : row.Kind<ChangeKind>(2) switch
        {
            ChangeKind.Added => new FleetChange.Added(
                sequence, row.HashOrNull(FirstOperationColumn) is null ? null : SqlMempoolStore.Operation(row, FirstOperationColumn)),
            ChangeKind.Told => Told(row, sequence),
            ChangeKind.Taken => new FleetChange.Taken(sequence, row.Hash(4)),
            ChangeKind.Released => new FleetChange.Released(sequence, row.Hash(4)),
            ChangeKind.Cleared => new FleetChange.Cleared(sequence, row.AddressOrNull(3)),
            ChangeKind.Counted => new FleetChange.Counted(sequence, new StoredReputation(row.Address(3), row.Address(5), row.UInt64(11), row.UInt64(12))),
            _ => new FleetChange.CountersCleared(sequence, row.AddressOrNull(3)),
        };
    }

    private static FleetChange.Told Told(SqlRow row, long sequence)
    {
        OperationStatusRecord status = new(row.Hash(4), row.Kind<OperationState>(7), row.HashOrNull(8), row.TextOrNull(9), row.Time(10));
        return new FleetChange.Told(
            sequence, status, row.AddressOrNull(5) is { } sender ? new OperationEvent(status, row.Address(3), sender, row.UInt256(6)) : null);
    }

    /// <summary>What there is to say of a kind.</summary>
    private sealed record Row(ChangeKind Kind)
    {
        public Address? EntryPoint { get; init; }

        public Hash32? UserOpHash { get; init; }

        public Address? Address { get; init; }

        public UInt256? Nonce { get; init; }

        public OperationStatusRecord? Status { get; init; }

        public long? OpsSeen { get; init; }

        public long? OpsIncluded { get; init; }
    }
}
