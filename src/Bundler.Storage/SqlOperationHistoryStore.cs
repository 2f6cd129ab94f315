using Bundler.Engine.Fleet;
using Bundler.Engine.Inclusion;
using Bundler.Engine.Pool;
using Bundler.Ethereum.Primitives;
using Bundler.Storage.Grants;

namespace Bundler.Storage;

/// <summary>One chain of indexed blocks, what they included, and the receipts.</summary>
internal sealed class SqlOperationHistoryStore(SqlDatabase database) : IOperationHistoryStore
{
    private const string InsertBlock = "INSERT INTO blocks (number, hash) VALUES ($1, $2) ON CONFLICT (hash) DO NOTHING";

    // What we had ourselves is more than what the call data tells, so a later writing does not overwrite it.
    private const string UpsertOperation =
        """
        INSERT INTO included_operations (user_op_hash, entry_point, sender, nonce, paymaster, success, actual_gas_cost, actual_gas_used,
            revert_reason, logs_json, operation_json, transaction_hash, block_number, block_hash, log_index, is_own)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
        ON CONFLICT (user_op_hash) DO UPDATE SET
            entry_point = excluded.entry_point, sender = excluded.sender, nonce = excluded.nonce, paymaster = excluded.paymaster,
            success = excluded.success, actual_gas_cost = excluded.actual_gas_cost, actual_gas_used = excluded.actual_gas_used,
            revert_reason = excluded.revert_reason, logs_json = excluded.logs_json,
            operation_json = CASE
                WHEN included_operations.is_own > excluded.is_own THEN included_operations.operation_json
                ELSE COALESCE(excluded.operation_json, included_operations.operation_json) END,
            is_own = CASE WHEN included_operations.is_own > excluded.is_own THEN included_operations.is_own ELSE excluded.is_own END,
            transaction_hash = excluded.transaction_hash, block_number = excluded.block_number, block_hash = excluded.block_hash,
            log_index = excluded.log_index
        """;

    private const string UpsertReceipt =
        """
        INSERT INTO receipts (transaction_hash, block_number, json) VALUES ($1, $2, $3)
        ON CONFLICT (transaction_hash) DO UPDATE SET block_number = excluded.block_number, json = excluded.json
        """;

    private const string Columns =
        """
        SELECT user_op_hash, entry_point, sender, nonce, paymaster, success, actual_gas_cost, actual_gas_used,
            revert_reason, logs_json, operation_json, transaction_hash, block_number, block_hash, log_index, is_own
        FROM included_operations
        """;

    private const string UpdateContent =
        "UPDATE included_operations SET operation_json = $2 WHERE user_op_hash = $1 AND operation_json IS NULL";

    private const string SelectOperation = $"{Columns} WHERE user_op_hash = $1";
    private const string SelectOperationsFrom = $"{Columns} WHERE block_number >= $1 ORDER BY block_number, log_index";
    private const string SelectOperationsBetween = $"{Columns} WHERE block_number > $1 AND block_number <= $2 ORDER BY block_number, log_index";
    private const string DeleteOperationsFrom = "DELETE FROM included_operations WHERE block_number >= $1";
    private const string DeleteReceiptsFrom = "DELETE FROM receipts WHERE block_number >= $1";
    private const string DeleteBlocksFrom = "DELETE FROM blocks WHERE number >= $1";
    private const string SelectBlock = "SELECT number, hash FROM blocks WHERE hash = $1";
    private const string SelectBlocksAbove = "SELECT number, hash FROM blocks WHERE number > $1 ORDER BY number";
    // A server sends all that is asked for, though only the first that can be read is wanted.
    private const string SelectHighestBlock = "SELECT number, hash FROM blocks ORDER BY number DESC LIMIT 16";
    private const string SelectBlockAt = "SELECT number, hash FROM blocks WHERE number = $1";
    private const string FinalizeStatuses =
        """
        INSERT INTO operation_statuses (user_op_hash, state, transaction_hash, reason, at)
        SELECT user_op_hash, $3, transaction_hash, NULL, $4 FROM included_operations WHERE block_number > $1 AND block_number <= $2
        ON CONFLICT (user_op_hash) DO UPDATE SET
            state = excluded.state, transaction_hash = excluded.transaction_hash, reason = excluded.reason, at = excluded.at
        """;

    private const string DeleteEmptyBlocks =
        """
        DELETE FROM blocks WHERE number >= $1 AND number < $2
            AND NOT EXISTS (SELECT 1 FROM included_operations WHERE included_operations.block_number = blocks.number)
        """;

    private const string SelectReceipt = "SELECT json FROM receipts WHERE transaction_hash = $1";

    public Task AddBlockAsync(IndexedBlock block, Fence fence, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async (session, token) =>
            {
                await LeaseTables.CheckAsync(session, fence, token);
                await session.Prepare(InsertBlock).With(block.Mark.Number).With(block.Mark.Hash).ExecuteAsync(token);
                await IndexMarks.SetFirstAsync(session, IndexMarks.FirstBlock, block.Mark.Number, token);
                await WriteAsync(session, block, token);
                await LedgerTables.AddAsync(session, block.Ledger, token);
                await GrantChain.IncludeAsync(session, block.Operations, token);
                if (!fence.IsSole)
                {
                    await RiskTables.SeeAsync(session, block.Ledger, token);
                }
            },
            cancellationToken);

    public Task AddHistoryAsync(IReadOnlyCollection<IndexedBlock> blocks, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async (session, token) =>
            {
                foreach (IndexedBlock block in blocks)
                {
                    await WriteAsync(session, block, token);
                }
            },
            cancellationToken);

    public Task SetContentAsync(Hash32 userOpHash, Bytes operationJson, CancellationToken cancellationToken) =>
        database.WriteAsync(
            (session, token) => session.Prepare(UpdateContent).With(userOpHash).With(operationJson).ExecuteAsync(token),
            cancellationToken);

    // What stands on a block that left the chain has left it too, so everything from the lowest of them on goes.
    public Task<IReadOnlyList<IncludedOperation>> RemoveBlocksAsync(
        IReadOnlyCollection<Hash32> blockHashes, Fence fence, CancellationToken cancellationToken) =>
        database.WriteAsync<IReadOnlyList<IncludedOperation>>(
            async (session, token) =>
            {
                await LeaseTables.CheckAsync(session, fence, token);
                if (await LowestAsync(session, blockHashes, token) is not { } lowest)
                {
                    return [];
                }

                IReadOnlyList<IncludedOperation> operations =
                    await session.Prepare(SelectOperationsFrom).With(lowest.Number).ReadAllAsync(Operation, token);
                await session.Prepare(DeleteOperationsFrom).With(lowest.Number).ExecuteAsync(token);
                await session.Prepare(DeleteReceiptsFrom).With(lowest.Number).ExecuteAsync(token);
                await LedgerTables.RemoveFromAsync(session, lowest.Number, token);
                await GrantChain.ReturnFromAsync(session, lowest.Number, token);
                await session.Prepare(DeleteBlocksFrom).With(lowest.Number).ExecuteAsync(token);
                await IndexMarks.LowerAsync(session, IndexMarks.FinalBlock, lowest.Number == 0 ? 0 : lowest.Number - 1, token);
                await IndexMarks.LowerAsync(session, IndexMarks.MovedLedger, lowest.Number == 0 ? 0 : lowest.Number - 1, token);
                return operations;
            },
            cancellationToken);

    public Task BeginAnewAsync(BlockMark block, Fence fence, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async (session, token) =>
            {
                await LeaseTables.CheckAsync(session, fence, token);
                await session.Prepare(InsertBlock).With(block.Number).With(block.Hash).ExecuteAsync(token);
                await IndexMarks.LowerAsync(session, IndexMarks.FirstBlock, block.Number, token);
                await IndexMarks.LowerAsync(session, IndexMarks.FinalBlock, block.Number, token);
                await IndexMarks.LowerAsync(session, IndexMarks.MovedLedger, block.Number, token);
            },
            cancellationToken);

    public Task<IReadOnlyList<IncludedOperation>> OperationsFromAsync(ulong number, CancellationToken cancellationToken) =>
        database.ReadAsync(
            (session, token) => session.Prepare(SelectOperationsFrom).With(number).ReadAllAsync(Operation, token),
            cancellationToken);

    public Task<IReadOnlyList<IncludedOperation>> FinalizeAsync(
        ulong after, ulong until, int rememberedBlocks, DateTimeOffset at, Fence fence, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async (session, token) =>
            {
                await LeaseTables.CheckAsync(session, fence, token);
                IReadOnlyList<IncludedOperation> operations =
                    await session.Prepare(SelectOperationsBetween).With(after).With(until).ReadAllAsync(Operation, token);
                await session.Prepare(FinalizeStatuses)
                    .With(after).With(until).With((long)OperationState.Final).With(at)
                    .ExecuteAsync(token);
                await session.Prepare(DeleteEmptyBlocks)
                    .With(Before(after, rememberedBlocks)).With(Before(until, rememberedBlocks))
                    .ExecuteAsync(token);
                await IndexMarks.SetAsync(session, IndexMarks.FinalBlock, until, token);
                await GrantChain.FinalizeAsync(session, after, until, token);
                foreach (IncludedOperation operation in operations)
                {
                    OperationStatusRecord status = new(operation.UserOpHash, OperationState.Final, operation.TransactionHash, null, at);
                    await ChangeTables.ToldAsync(session, new OperationEvent(status, operation.EntryPoint, operation.Sender, operation.Nonce), token);
                }

                return operations;
            },
            cancellationToken);

    public Task<ulong?> FinalBlockAsync(CancellationToken cancellationToken) => ReadMarkAsync(IndexMarks.FinalBlock, cancellationToken);

    public Task<ulong?> FirstBlockAsync(CancellationToken cancellationToken) => ReadMarkAsync(IndexMarks.FirstBlock, cancellationToken);

    public Task SetFirstBlockAsync(ulong number, CancellationToken cancellationToken) =>
        database.WriteAsync((session, token) => IndexMarks.SetAsync(session, IndexMarks.FirstBlock, number, token), cancellationToken);

    public Task<BlockMark?> FindBlockAsync(ulong number, CancellationToken cancellationToken) =>
        database.ReadAsync((session, token) => session.Prepare(SelectBlockAt).With(number).ReadFirstAsync(Mark, token), cancellationToken);

    public Task<IReadOnlyList<BlockMark>> BlocksAboveAsync(ulong number, CancellationToken cancellationToken) =>
        database.ReadAsync((session, token) => session.Prepare(SelectBlocksAbove).With(number).ReadAllAsync(Mark, token), cancellationToken);

    public Task<BlockMark?> HighestBlockAsync(CancellationToken cancellationToken) =>
        database.ReadAsync((session, token) => session.Prepare(SelectHighestBlock).ReadFirstAsync(Mark, token), cancellationToken);

    public Task<IncludedOperation?> FindIncludedAsync(Hash32 userOpHash, CancellationToken cancellationToken) =>
        database.ReadAsync(
            (session, token) => session.Prepare(SelectOperation).With(userOpHash).ReadFirstAsync(Operation, token),
            cancellationToken);

    public Task<Bytes?> FindReceiptAsync(Hash32 transactionHash, CancellationToken cancellationToken) =>
        database.ReadAsync(
            (session, token) => session.Prepare(SelectReceipt).With(transactionHash).ReadFirstAsync(row => row.BytesOrNull(0), token),
            cancellationToken);

    private static ulong Before(ulong number, int blocks) => number > (ulong)blocks ? number - (ulong)blocks : 0;

    private Task<ulong?> ReadMarkAsync(long kind, CancellationToken cancellationToken) =>
        database.ReadAsync((session, token) => IndexMarks.FindAsync(session, kind, token), cancellationToken);

    private static async Task WriteAsync(SqlSession session, IndexedBlock block, CancellationToken cancellationToken)
    {
        foreach (IncludedOperation operation in block.Operations)
        {
            await WriteAsync(session, operation, cancellationToken);
        }

        foreach (IndexedReceipt receipt in block.Receipts)
        {
            await session.Prepare(UpsertReceipt)
                .With(receipt.TransactionHash).With(block.Mark.Number).With(receipt.Json)
                .ExecuteAsync(cancellationToken);
        }
    }

    private static Task WriteAsync(SqlSession session, IncludedOperation operation, CancellationToken cancellationToken) =>
        session.Prepare(UpsertOperation)
            .With(operation.UserOpHash).With(operation.EntryPoint).With(operation.Sender).With(operation.Nonce).With(operation.Paymaster)
            .With(operation.Success).With(operation.ActualGasCost).With(operation.ActualGasUsed).With(operation.RevertReason)
            .With(operation.LogsJson).With(operation.OperationJson).With(operation.TransactionHash).With(operation.Block.Number)
            .With(operation.Block.Hash).With(operation.LogIndex).With(operation.IsOwn)
            .ExecuteAsync(cancellationToken);

    private static async Task<BlockMark?> LowestAsync(SqlSession session, IEnumerable<Hash32> blockHashes, CancellationToken cancellationToken)
    {
        BlockMark? lowest = null;
        foreach (Hash32 blockHash in blockHashes)
        {
            BlockMark? mark = await session.Prepare(SelectBlock).With(blockHash).ReadFirstAsync(Mark, cancellationToken);
            if (mark is not null && (lowest is null || mark.Number < lowest.Number))
            {
                lowest = mark;
            }
        }

        return lowest;
    }

    private static BlockMark Mark(SqlRow row) => new(row.UInt64(0), row.Hash(1));

    private static IncludedOperation Operation(SqlRow row) =>
        new(
            row.Hash(0), row.Address(1), row.Address(2), row.UInt256(3), row.AddressOrNull(4), row.Bool(5), row.UInt256(6), row.UInt256(7),
            row.BytesOrNull(8), row.Bytes(9), row.BytesOrNull(10), row.Hash(11), new BlockMark(row.UInt64(12), row.Hash(13)), row.UInt64(14),
            row.Bool(15));
}
