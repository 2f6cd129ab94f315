using Bundler.Engine.Inclusion;
using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Ledger;

namespace Bundler.Storage.Grants;

/// <summary>
/// What the chain does to grants, written in the transactions of the index: who writes a block settles its grants with it, under the same fence, and what removes the
/// block gives them back. So the ledger is as far as the index, neither more nor less, and nothing is settled twice.
/// </summary>
internal static class GrantChain
{
    private const string SelectIncludedFrom = $"{GrantTables.Columns} WHERE g.block_number >= $1 ORDER BY g.sequence";

    private const string UpsertStray =
        """
        INSERT INTO grant_strays (operation_hash, paymaster, entry_point, sender, nonce, actual_gas_cost, transaction_hash, block_number, is_told)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0)
        ON CONFLICT (operation_hash) DO UPDATE SET actual_gas_cost = excluded.actual_gas_cost, transaction_hash = excluded.transaction_hash,
            block_number = excluded.block_number
        """;

    private const string DeleteStraysFrom = "DELETE FROM grant_strays WHERE block_number >= $1";

    private const string Finalize =
        "UPDATE grants SET state = $3 WHERE block_number > $1 AND block_number <= $2 AND state = $4";

    /// <summary>A block of the index is written: what its operations did cost our paymasters is known. Repeating it changes nothing.</summary>
    public static async Task IncludeAsync(SqlSession session, IReadOnlyList<IncludedOperation> operations, CancellationToken cancellationToken)
    {
        if (operations.All(operation => operation.Paymaster is null))
        {
            return;
        }

        IReadOnlySet<Address> ours = await GrantLiabilityTable.OursAsync(session, cancellationToken);
        foreach (IncludedOperation operation in operations)
        {
            if (operation.Paymaster is { } paymaster && ours.Contains(paymaster))
            {
                await SettleAsync(session, operation, paymaster, cancellationToken);
            }
        }
    }

    /// <summary>Blocks from a number on leave the index.</summary>
    public static async Task ReturnFromAsync(SqlSession session, ulong blockNumber, CancellationToken cancellationToken)
    {
        foreach (GrantRow row in await session.Prepare(SelectIncludedFrom).With(blockNumber).ReadAllAsync(GrantTables.Row, cancellationToken))
        {
            await GrantTables.PlaceAsync(session, row.Grant.Id, null, null, cancellationToken);
            GrantState state = row.IsRevoked ? GrantState.Revoked : GrantState.Reorged;
            await GrantLife.ChangeAsync(session, row with { Grant = row.Grant with { State = state, ActualGasCost = null } }, cancellationToken);
        }

        await session.Prepare(DeleteStraysFrom).With(blockNumber).ExecuteAsync(cancellationToken);
    }

    /// <summary>A range of blocks is final.</summary>
    public static Task FinalizeAsync(SqlSession session, ulong after, ulong until, CancellationToken cancellationToken) =>
        session.Prepare(Finalize).With(after).With(until).With((long)GrantState.Final).With((long)GrantState.Included).ExecuteAsync(cancellationToken);

    private static async Task SettleAsync(SqlSession session, IncludedOperation operation, Address paymaster, CancellationToken cancellationToken)
    {
        GrantRow? known = await GrantTables.FindAsync(session, operation.UserOpHash, cancellationToken)
            ?? await GrantTables.PlacedAsync(session, operation.EntryPoint, operation.Sender, operation.Nonce, operation.Block.Hash, cancellationToken);
        GrantRow? row = known ?? await LivingAsync(session, operation, paymaster, cancellationToken);
        if (row is null || (known is null && row.Grant.Signed is not null))
        {
            await session.Prepare(UpsertStray)
                .With(operation.UserOpHash).With(paymaster).With(operation.EntryPoint).With(operation.Sender).With(operation.Nonce)
                .With(operation.ActualGasCost).With(operation.TransactionHash).With(operation.Block.Number)
                .ExecuteAsync(cancellationToken);
        }

        if (row is null)
        {
            return;
        }

        await GrantTables.PlaceAsync(session, row.Grant.Id, operation.Block.Number, operation.Block.Hash, cancellationToken);
        if (row.Grant.ActualGasCost != operation.ActualGasCost || !GrantSlot.IsPaid(row.Grant.State))
        {
            await GrantLife.ChangeAsync(
                session, row with { Grant = row.Grant with { State = GrantState.Included, ActualGasCost = operation.ActualGasCost } }, cancellationToken);
        }
    }

    /// <summary>
    /// The grant of the nonce that pays for an operation whose hash the ledger does not know. One without a hash is just that: a node died between the signature and the
    /// store, or the signature came later. Else somebody has spent a grant in another form than it was given in (a contract takes two, and only the userOpHash tells them
    /// apart), or without one: the nonce is used, so the dearest of its grants bears the cost in every limit.
    /// </summary>
    private static async Task<GrantRow?> LivingAsync(SqlSession session, IncludedOperation operation, Address paymaster, CancellationToken cancellationToken)
    {
        GrantRow[] living =
        [
            .. (await GrantTables.SlotAsync(session, operation.EntryPoint, operation.Sender, operation.Nonce, cancellationToken))
                .Where(row => row.Request.Paymaster == paymaster && GrantSlot.Lives(row.Grant.State)),
        ];
        return living.FirstOrDefault(row => row.Grant.Signed is null) ?? living.MaxBy(row => row.Request.Worst);
    }
}
