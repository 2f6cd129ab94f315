using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Ledger;

namespace Bundler.Storage.Grants;

/// <summary>The rows of grants, as the transactions read and write them.</summary>
internal static class GrantTables
{
    public const string Columns =
        """
        SELECT g.sequence, g.id, g.state, g.core_hash, g.paymaster, g.entry_point, g.sender, g.nonce, g.worst, g.api_key, g.valid_after, g.valid_until,
            g.asked_at, g.counted_at, g.counted_wei, g.counted, g.signature, g.operation_hash, g.actual_gas_cost, g.is_revoked,
            g.is_shared
        FROM grants g
        """;

    private const string InsertRow =
        """
        INSERT INTO grants (id, state, core_hash, paymaster, entry_point, sender, nonce, worst, api_key, valid_after, valid_until, asked_at, counted_at,
            counted_wei, counted)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
        """;

    private const string UpdateRow =
        """
        UPDATE grants SET state = $2, counted_wei = $3, counted = $4, signature = $5, operation_hash = $6, actual_gas_cost = $7 WHERE id = $1
        """;

    private const string SetReason = "UPDATE grants SET reason = $2 WHERE id = $1";
    private const string SetRevoked = "UPDATE grants SET is_revoked = 1, reason = $2 WHERE id = $1";
    private const string SetShared = "UPDATE grants SET is_shared = 1 WHERE id = $1";
    private const string DeleteDenied = "DELETE FROM grants WHERE id = $1 AND state = 5";
    private const string SetBlock = "UPDATE grants SET block_number = $2, block_hash = $3 WHERE id = $1";
    private const string SelectById = $"{Columns} WHERE g.id = $1";
    private const string SelectByOperation = $"{Columns} WHERE g.operation_hash = $1 ORDER BY g.sequence LIMIT 1";
    private const string SelectSlot = $"{Columns} WHERE g.sender = $1 AND g.nonce = $2 AND g.entry_point = $3 ORDER BY g.sequence";
    private const string SelectPlaced = $"{Columns} WHERE g.sender = $1 AND g.nonce = $2 AND g.entry_point = $3 AND g.block_hash = $4 ORDER BY g.sequence LIMIT 1";

    public static Task<GrantRow?> FindAsync(SqlSession session, GrantId id, CancellationToken cancellationToken) =>
        session.Prepare(SelectById).With(Bytes(id)).ReadFirstAsync(Row, cancellationToken);

    public static Task<GrantRow?> FindAsync(SqlSession session, Hash32 operationHash, CancellationToken cancellationToken) =>
        session.Prepare(SelectByOperation).With(operationHash).ReadFirstAsync(Row, cancellationToken);

    /// <summary>The grant of a name.</summary>
    public static SqlQuery<GrantRow> Query(GrantId id) => new SqlQuery<GrantRow>(SelectById, Row).With(Bytes(id));

    /// <summary>All grants of a request's nonce, in the order of their reservations.</summary>
    public static SqlQuery<GrantRow> SlotQuery(GrantRequest request) =>
        new SqlQuery<GrantRow>(SelectSlot, Row).With(request.Sender).With(request.Nonce).With(request.EntryPoint);

    /// <summary>All grants of one nonce, in the order of their reservations.</summary>
    public static Task<IReadOnlyList<GrantRow>> SlotAsync(SqlSession session, Address entryPoint, Address sender, UInt256 nonce, CancellationToken cancellationToken) =>
        session.Prepare(SelectSlot).With(sender).With(nonce).With(entryPoint).ReadAllAsync(Row, cancellationToken);

    /// <summary>The grant of one nonce that a block has settled: a block uses a nonce once, under whichever hash.</summary>
    public static Task<GrantRow?> PlacedAsync(
        SqlSession session, Address entryPoint, Address sender, UInt256 nonce, Hash32 blockHash, CancellationToken cancellationToken) =>
        session.Prepare(SelectPlaced).With(sender).With(nonce).With(entryPoint).With(blockHash).ReadFirstAsync(Row, cancellationToken);

    /// <summary>A new row.</summary>
    public static SqlCall Insert(GrantRow row) => new SqlCall(InsertRow)
        .With(Bytes(row.Grant.Id)).With((long)row.Grant.State).With(row.Request.CoreHash).With(row.Request.Paymaster).With(row.Request.EntryPoint)
        .With(row.Request.Sender).With(row.Request.Nonce).With(row.Request.Worst).With(row.Request.Key).With(row.Request.ValidAfter)
        .With(row.Request.ValidUntil).With(row.Request.At).With(row.CountedAt).With(row.Share.Wei).With(row.Share.Count);

    /// <summary>A row that has changed.</summary>
    public static SqlCall Update(GrantRow row) => new SqlCall(UpdateRow)
        .With(Bytes(row.Grant.Id)).With((long)row.Grant.State).With(row.Share.Wei).With(row.Share.Count).With(row.Grant.Signed?.Signature)
        .With(row.Grant.Signed?.OperationHash).With(row.Grant.ActualGasCost);

    /// <summary>It was asked for a second time.</summary>
    public static SqlCall SetAsShared(GrantId id) => new SqlCall(SetShared).With(Bytes(id));

    /// <summary>A denied grant makes room for another of its name.</summary>
    public static SqlCall Forget(GrantId id) => new SqlCall(DeleteDenied).With(Bytes(id));

    public static Task UpdateAsync(SqlSession session, GrantRow row, CancellationToken cancellationToken) => session.ExecuteAsync([Update(row)], cancellationToken);

    public static Task TellAsync(SqlSession session, GrantId id, string reason, CancellationToken cancellationToken) =>
        session.Prepare(SetReason).With(Bytes(id)).With(reason).ExecuteAsync(cancellationToken);

    /// <summary>The operator takes it back, for good.</summary>
    public static Task RevokeAsync(SqlSession session, GrantId id, string reason, CancellationToken cancellationToken) =>
        session.Prepare(SetRevoked).With(Bytes(id)).With(reason).ExecuteAsync(cancellationToken);

    /// <summary>The block of its event; <c>null</c>: it is in none any more.</summary>
    public static Task PlaceAsync(SqlSession session, GrantId id, ulong? number, Hash32? hash, CancellationToken cancellationToken) =>
        session.Prepare(SetBlock).With(Bytes(id)).With((long?)number).With(hash).ExecuteAsync(cancellationToken);

    /// <summary>A row of <see cref="Columns"/>.</summary>
    public static GrantRow Row(SqlRow row)
    {
        GrantRequest request = new(
            row.Hash(3), row.Address(4), row.Address(5), row.Address(6), row.UInt256(7), row.UInt256(8), row.TextOrNull(9), row.UInt64(10), row.UInt64(11),
            row.Time(12));
        SignedGrant? signed = row.BytesOrNull(16) is { } signature && row.HashOrNull(17) is { } hash ? new SignedGrant(signature, hash) : null;
        UInt256? cost = row.BytesOrNull(18) is null ? null : row.UInt256(18);
        Grant grant = new(GrantId.From(row.Bytes(1).Span), row.Kind<GrantState>(2), request, signed, cost);
        return new GrantRow(row.Int64(0), grant, row.Time(13), new GrantShare(row.UInt256(14), row.UInt64(15)), row.Bool(19), row.Bool(20));
    }

    private static Bytes Bytes(GrantId id)
    {
        byte[] bytes = new byte[GrantId.Size];
        id.Write(bytes);
        return Ethereum.Primitives.Bytes.Own(bytes);
    }
}
