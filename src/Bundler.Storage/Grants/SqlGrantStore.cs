using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Ledger;

namespace Bundler.Storage.Grants;

/// <summary>The ledger of grants.</summary>
internal sealed class SqlGrantStore(SqlDatabase database) : IGrantStore, IGrantUpkeep
{
    private readonly SqlGathering<GrantAsk, Reservation> _reservations = new(database, GrantReserving.ReserveAsync);
    private readonly SqlGathering<(GrantId Id, SignedGrant Signed), Grant> _signatures = new(database, GrantSigning.StoreAsync);

    private const string SelectPooled =
        $"""
        {GrantTables.Columns} JOIN mempool m ON m.user_op_hash = g.operation_hash
        WHERE g.state IN (1, 7) ORDER BY g.sequence LIMIT $1
        """;

    private const string SelectHeld = "SELECT 1 FROM mempool WHERE user_op_hash = $1 LIMIT 1";

    private const string SelectDropped =
        $"""
        {GrantTables.Columns}
        WHERE g.state = 2 AND NOT EXISTS (SELECT 1 FROM mempool m WHERE m.user_op_hash = g.operation_hash) ORDER BY g.sequence LIMIT $1
        """;

    private const string SelectOver = $"{GrantTables.Columns} WHERE g.state IN (0, 1, 2, 7, 8) AND g.valid_until < $1 ORDER BY g.valid_until LIMIT $2";
    private const string DeleteEnded =
        "DELETE FROM grants WHERE sequence IN (SELECT sequence FROM grants WHERE state IN (4, 5, 6) AND asked_at < $1 AND counted_at < $1 ORDER BY asked_at LIMIT $2)";

    private const string SelectStrays =
        """
        SELECT operation_hash, paymaster, entry_point, sender, nonce, actual_gas_cost, transaction_hash, block_number
        FROM grant_strays WHERE is_told = 0 ORDER BY block_number LIMIT $1
        """;

    private const string SetTold = "UPDATE grant_strays SET is_told = 1 WHERE operation_hash = $1";

    public Task<Reservation> ReserveAsync(GrantRequest request, GrantLimits limits, CancellationToken cancellationToken) =>
        _reservations.AskAsync(new GrantAsk(request, limits), cancellationToken);

    public Task<Grant> SignedAsync(GrantId id, SignedGrant signed, CancellationToken cancellationToken) => _signatures.AskAsync((id, signed), cancellationToken);

    public Task ReleaseAsync(GrantId id, string reason, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async (session, token) =>
            {
                if (await GrantTables.FindAsync(session, id, token) is { Grant.State: GrantState.Reserved } row)
                {
                    await GrantLife.ChangeAsync(session, row.In(GrantState.Denied), token);
                    await GrantTables.TellAsync(session, id, reason, token);
                }
            },
            cancellationToken);

    public Task<bool> WithdrawAsync(GrantId id, string reason, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async (session, token) =>
            {
                if (await GrantTables.FindAsync(session, id, token) is not { IsShared: false, Grant: { State: GrantState.Signed, Signed: { } signed } } row
                    || (await session.Prepare(SelectHeld).With(signed.OperationHash).ReadAllAsync(_ => true, token)).Count > 0)
                {
                    return false;
                }

                await GrantLife.ChangeAsync(session, row.In(GrantState.Denied), token);
                await GrantTables.TellAsync(session, id, reason, token);
                return true;
            },
            cancellationToken);

    public Task<Grant?> FindAsync(GrantId id, CancellationToken cancellationToken) =>
        database.ReadAsync(async (session, token) => (await GrantTables.FindAsync(session, id, token))?.Grant, cancellationToken);

    public Task<GrantLiability> LiabilityAsync(Address paymaster, CancellationToken cancellationToken) =>
        database.ReadAsync(
            async (session, token) =>
                (await GrantLiabilityTable.FindAsync(session, paymaster, token) ?? GrantLiability.None)
                with { Ungranted = await GrantLiabilityTable.UngrantedAsync(session, paymaster, token) },
            cancellationToken);

    public Task<LedgerStanding> OpenAsync(LedgerOpening opening, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async (session, token) =>
            {
                foreach (Address paymaster in opening.Paymasters)
                {
                    await GrantLiabilityTable.OpenAsync(session, paymaster, token);
                }

                return await GrantLedgerTable.OpenAsync(session, opening, token);
            },
            cancellationToken);

    public Task TrustAsync(CancellationToken cancellationToken) => database.WriteAsync(GrantLedgerTable.TrustAsync, cancellationToken);

    // Asked each second by every node that sponsors, mostly for nothing: only what there is to write takes the turn of the writers.
    public async Task<int> FollowPoolAsync(int atMost, CancellationToken cancellationToken) =>
        await database.ReadAsync(async (session, token) => await AnyAsync(session, SelectPooled, token) || await AnyAsync(session, SelectDropped, token), cancellationToken)
            ? await database.WriteAsync(
                async (session, token) =>
                    await MoveAsync(session, await session.Prepare(SelectPooled).With((long)atMost).ReadAllAsync(GrantTables.Row, token), GrantState.Seen, token)
                    + await MoveAsync(session, await session.Prepare(SelectDropped).With((long)atMost).ReadAllAsync(GrantTables.Row, token), GrantState.Signed, token),
                cancellationToken)
            : 0;

    public async Task<int> ExpireAsync(ulong chainTime, int atMost, CancellationToken cancellationToken) =>
        await database.ReadAsync(async (session, token) => (await OverAsync(session, chainTime, 1, token)).Count > 0, cancellationToken)
            ? await database.WriteAsync(
                async (session, token) => await MoveAsync(session, await OverAsync(session, chainTime, atMost, token), GrantState.Expired, token), cancellationToken)
            : 0;

    public Task<Grant?> RevokeAsync(GrantId id, string reason, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async (session, token) =>
            {
                if (await GrantTables.FindAsync(session, id, token) is not { } row || row.Grant.State is GrantState.Denied or GrantState.Expired or GrantState.Final)
                {
                    return (await GrantTables.FindAsync(session, id, token))?.Grant;
                }

                // What a block has is paid. If the block goes it is spendable again, and then it is revoked.
                await GrantTables.RevokeAsync(session, id, reason, token);
                GrantRow revoked = GrantSlot.Lives(row.Grant.State) ? row.In(GrantState.Revoked) : row;
                await GrantLife.ChangeAsync(session, revoked, token);
                return revoked.Grant;
            },
            cancellationToken);

    public async Task<IReadOnlyList<StrayGrant>> TakeStraysAsync(int atMost, CancellationToken cancellationToken) =>
        await database.ReadAsync((session, token) => AnyAsync(session, SelectStrays, token), cancellationToken)
            ? await database.WriteAsync(
                async (session, token) =>
                {
                    IReadOnlyList<StrayGrant> strays = await session.Prepare(SelectStrays).With((long)atMost).ReadAllAsync(Stray, token);
                    foreach (StrayGrant stray in strays)
                    {
                        await session.Prepare(SetTold).With(stray.OperationHash).ExecuteAsync(token);
                    }

                    return strays;
                },
                cancellationToken)
            : [];

    public Task<GrantStatement> StatementAsync(Address paymaster, CancellationToken cancellationToken) =>
        database.ReadAsync(
            async (session, token) => new GrantStatement(
                await GrantSumTables.OfPaymasterAsync(session, paymaster, token),
                await GrantLiabilityTable.FindAsync(session, paymaster, token) ?? GrantLiability.None),
            cancellationToken);

    public Task<int> TrimAsync(DateTimeOffset before, int atMost, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async (session, token) => await session.Prepare(DeleteEnded).With(before).With((long)atMost).ExecuteAsync(token)
                + await GrantSumTables.TrimSendersAsync(session, before, atMost, token),
            cancellationToken);

    /// <summary>Whether a query whose only value is its bound finds a row.</summary>
    private static async Task<bool> AnyAsync(SqlSession session, string sql, CancellationToken cancellationToken) =>
        (await session.Prepare(sql).With(1L).ReadAllAsync(_ => true, cancellationToken)).Count > 0;

    private static Task<IReadOnlyList<GrantRow>> OverAsync(SqlSession session, ulong chainTime, int atMost, CancellationToken cancellationToken) =>
        session.Prepare(SelectOver).With(chainTime).With((long)atMost).ReadAllAsync(GrantTables.Row, cancellationToken);

    private static async Task<int> MoveAsync(SqlSession session, IReadOnlyList<GrantRow> rows, GrantState state, CancellationToken cancellationToken)
    {
        foreach (GrantRow row in rows)
        {
            await GrantLife.ChangeAsync(session, row.In(state), cancellationToken);
        }

        return rows.Count;
    }

    private static StrayGrant Stray(SqlRow row) => new(
        row.Hash(0), row.Address(1), row.Address(2), row.Address(3), row.UInt256(4), row.UInt256(5), row.Hash(6), row.UInt64(7));
}
