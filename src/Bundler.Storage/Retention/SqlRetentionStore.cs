using Bundler.Engine.Fleet;
using Bundler.Engine.Retention;
using Bundler.Ethereum.Primitives;

namespace Bundler.Storage.Retention;

/// <summary>Takes what is old out of the tables, one short transaction for each step; which rows, each of the moves says.</summary>
internal sealed class SqlRetentionStore(SqlDatabase database) : IRetentionStore
{
    public Task<IndexedTransaction?> OldestAsync(CancellationToken cancellationToken) => database.ReadAsync(OperationsMove.OldestAsync, cancellationToken);

    public async Task<int> MoveOperationsAsync(ulong upTo, int rows, int rememberedBlocks, DateTimeOffset at, Fence fence, CancellationToken cancellationToken) =>
        await database.ReadAsync((session, token) => OperationsMove.FindEndAsync(session, upTo, rows, token), cancellationToken) is { } end
            ? await WriteAsync((session, token) => OperationsMove.RunAsync(session, end, rememberedBlocks, at, token), fence, cancellationToken)
            : 0;

    public async Task<RetentionMove<Hash32>> MoveStatusesAsync(Hash32 after, DateTimeOffset before, int rows, Fence fence, CancellationToken cancellationToken)
    {
        StatusRange range = await database.ReadAsync((session, token) => StatusesMove.FindRangeAsync(session, after, before, rows, token), cancellationToken);
        int moved = range.Rows == 0 ? 0 : await WriteAsync((session, token) => StatusesMove.RunAsync(session, range, token), fence, cancellationToken);
        return new RetentionMove<Hash32>(moved, range.IsLast ? null : range.To);
    }

    public async Task<RetentionMove<DateTimeOffset>> MoveTransactionsAsync(
        DateTimeOffset after, DateTimeOffset before, int rows, Fence fence, CancellationToken cancellationToken) =>
        await database.ReadAsync((session, token) => TransactionsMove.FindEndAsync(session, after, before, rows, token), cancellationToken) is { } until
            ? new RetentionMove<DateTimeOffset>(
                await WriteAsync((session, token) => TransactionsMove.RunAsync(session, after, until, token), fence, cancellationToken), until)
            : new RetentionMove<DateTimeOffset>(0, null);

    public async Task<RetentionMove<DateTimeOffset>> MoveLedgerAsync(
        DateTimeOffset after, DateTimeOffset before, int rows, Fence fence, CancellationToken cancellationToken) =>
        await database.ReadAsync((session, token) => LedgerMove.FindEndAsync(session, after, before, rows, token), cancellationToken) is { } until
            ? new RetentionMove<DateTimeOffset>(
                await WriteAsync((session, token) => LedgerMove.RunAsync(session, after, until, token), fence, cancellationToken), until)
            : new RetentionMove<DateTimeOffset>(0, null);

    public async Task<int> ForgetAsync(DateTimeOffset before, int rows, Fence fence, CancellationToken cancellationToken) =>
        await database.ReadAsync((session, token) => EndedTables.HasOlderAsync(session, before, token), cancellationToken)
            ? await WriteAsync((session, token) => EndedTables.ForgetAsync(session, before, rows, token), fence, cancellationToken)
            : 0;

    public Task<StoreSizes> SizesAsync(CancellationToken cancellationToken) => database.MeasureAsync(cancellationToken);

    private Task<int> WriteAsync(Func<SqlSession, CancellationToken, Task<int>> move, Fence fence, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async (session, token) =>
            {
                await LeaseTables.CheckAsync(session, fence, token);
                return await move(session, token);
            },
            cancellationToken);
}
