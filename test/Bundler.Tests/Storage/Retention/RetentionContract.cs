using Bundler.Engine.Fleet;
using Bundler.Engine.Inclusion;
using Bundler.Engine.Retention;
using Bundler.Storage;
using Bundler.Storage.Retention;

namespace Bundler.Tests.Storage.Retention;

/// <summary>A store with blocks of the index in it, and what the tests of its moves ask.</summary>
public abstract class RetentionContract<TDatabase> : StoreContract<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    protected const int Remembered = 64;

    protected IRetentionStore Store => new SqlRetentionStore(Database);

    private protected SqlOperationHistoryStore History => new(Database);

    private protected SqlMempoolStore Mempool => new(Database);

    private protected SqlLedgerStore Ledger => new(Database);

    private protected SqlSubmissionStore Submissions => new(Database);

    /// <summary>Blocks with these operations, from number 10 on.</summary>
    protected async Task AddBlocksAsync(params int[][] operations)
    {
        for (int i = 0; i < operations.Length; i++)
        {
            await History.AddBlockAsync(Stored.Block(Stored.Mark(10 + (ulong)i), operations[i]), Fence.Sole, default);
        }
    }

    protected Task FinalizeAsync(ulong until) => History.FinalizeAsync(0, until, Remembered, Stored.Noon, Fence.Sole, default);

    protected Task<int> MoveOperationsAsync(ulong upTo = ulong.MaxValue / 2, int rows = 100) =>
        Store.MoveOperationsAsync(upTo, rows, Remembered, Stored.Noon.AddHours(1), Fence.Sole, default);

    protected Task<long> CountAsync(string table) =>
        Database.ReadAsync((session, token) => session.Prepare($"SELECT COUNT(*) FROM {table}").ReadFirstAsync(row => row.Int64(0), token), default);

    protected Task ExecuteAsync(string sql) => Database.WriteAsync((session, token) => session.ExecuteOnceAsync(sql, token), default);
}
