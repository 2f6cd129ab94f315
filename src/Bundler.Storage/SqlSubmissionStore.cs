using Bundler.Engine.Fleet;
using Bundler.Engine.Submission;
using Bundler.Ethereum.Primitives;

namespace Bundler.Storage;

/// <summary>Bundles, open until their nonce is settled, and every transaction ever signed for them.</summary>
internal sealed class SqlSubmissionStore(SqlDatabase database) : ISubmissionStore
{
    private const string OpenBundle = "INSERT INTO bundles (bundle_id) VALUES ($1) ON CONFLICT (bundle_id) DO NOTHING";
    private const string CloseBundle = "UPDATE bundles SET bundle_end = $2, mined_transaction = $3 WHERE bundle_id = $1";

    private const string Insert =
        """
        INSERT INTO transactions (bundle_id, transaction_hash, signer, nonce, entry_point, user_op_hashes, raw,
            max_fee_per_gas, max_priority_fee_per_gas, is_cancellation, signed_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        ON CONFLICT (transaction_hash) DO UPDATE SET bundle_id = excluded.bundle_id
        """;

    private const string Fields =
        """
        SELECT t.bundle_id, t.transaction_hash, t.signer, t.nonce, t.entry_point, t.user_op_hashes, t.raw,
            t.max_fee_per_gas, t.max_priority_fee_per_gas, t.is_cancellation, t.signed_at
        """;

    private const string Columns = $"{Fields} FROM transactions t";

    private const string SelectOpen = $"{Columns} JOIN bundles b ON b.bundle_id = t.bundle_id WHERE b.bundle_end IS NULL ORDER BY t.id";
    private const string SelectOpenBundles = "SELECT bundle_id FROM bundles WHERE bundle_end IS NULL";
    private const string SelectTransfers =
        $"{Fields}, b.bundle_end FROM transactions t JOIN bundles b ON b.bundle_id = t.bundle_id WHERE t.signed_at >= $1 AND t.is_cancellation = 0 AND t.user_op_hashes = $2 ORDER BY t.id";

    private const string SelectOperations = "SELECT user_op_hashes FROM transactions WHERE bundle_id = $1";
    private const string SelectByHash = $"{Columns} WHERE t.transaction_hash = $1";

    // An operation's bundle is written down only where others may want the operation.
    private const string HasTransactions = "SELECT id FROM transactions WHERE bundle_id = $1";
    private const string SelectFree = "SELECT sequence FROM mempool WHERE user_op_hash = $1 AND (bundle_id IS NULL OR bundle_id = $2)";
    private const string TakeOperation = "UPDATE mempool SET bundle_id = $2 WHERE user_op_hash = $1";
    private const string ReleaseOperations = "UPDATE mempool SET bundle_id = NULL WHERE bundle_id = $1";

    public Task<Recording> AddAsync(StoredTransaction transaction, Fence fence, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async (session, token) =>
            {
                await LeaseTables.CheckAsync(session, fence, token);
                BundleStake? stake = fence.IsSole ? null : transaction.Stake;
                UInt256? atRisk = stake is null ? null : await RiskTables.AskAsync(session, transaction.BundleId, stake, token);
                if (stake is not null && atRisk is null)
                {
                    return Recording.TooRisky;
                }

                if (!fence.IsSole && !await TryTakeAsync(session, transaction, token))
                {
                    return Recording.OperationTaken;
                }

                await session.Prepare(OpenBundle).With(transaction.BundleId).ExecuteAsync(token);
                await session.Prepare(Insert)
                    .With(transaction.BundleId).With(transaction.TransactionHash).With(transaction.Signer).With(transaction.Nonce)
                    .With(transaction.EntryPoint).With(transaction.UserOpHashes).With(transaction.Raw).With(transaction.MaxFeePerGas)
                    .With(transaction.MaxPriorityFeePerGas).With(transaction.IsCancellation).With(transaction.SignedAt)
                    .ExecuteAsync(token);
                if (stake is not null && atRisk is { } wei)
                {
                    await RiskTables.PutAsync(session, transaction.BundleId, wei, stake.HasStrangers, token);
                }

                await ChangeTables.TakenAsync(session, transaction.UserOpHashes, token);
                return Recording.Stored;
            },
            cancellationToken);

    public Task CloseAsync(Guid bundleId, BundleEnd end, Hash32? minedTransaction, Fence fence, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async (session, token) =>
            {
                await LeaseTables.CheckAsync(session, fence, token);
                await session.Prepare(CloseBundle).With(bundleId).With((long)end).With(minedTransaction).ExecuteAsync(token);
                if (!fence.IsSole)
                {
                    await session.Prepare(ReleaseOperations).With(bundleId).ExecuteAsync(token);
                    if (minedTransaction is not { } mined || await LedgerTables.FindAsync(session, mined, token) is not null)
                    {
                        await RiskTables.FreeAsync(session, bundleId, token);
                    }
                }

                if (session.Origin is not null)
                {
                    IReadOnlyList<IReadOnlyList<Hash32>> versions = await session.Prepare(SelectOperations).With(bundleId).ReadAllAsync(row => row.Hashes(0), token);
                    await ChangeTables.ReleasedAsync(session, versions.SelectMany(version => version).Distinct(), token);
                }
            },
            cancellationToken);

    public Task<IReadOnlyList<StoredTransaction>> LoadOpenAsync(CancellationToken cancellationToken) => database.ReadAsync(LoadOpenAsync, cancellationToken);

    public Task<IReadOnlyList<StoredTransfer>> LoadTransfersAsync(DateTimeOffset since, CancellationToken cancellationToken) =>
        database.ReadAsync(
            (session, token) => session.Prepare(SelectTransfers).With(since).With(Array.Empty<Hash32>()).ReadAllAsync(
                row => new StoredTransfer(Transaction(row), (BundleEnd?)row.Int64OrNull(11)), token),
            cancellationToken);

    public Task<StoredTransaction?> FindAsync(Hash32 transactionHash, CancellationToken cancellationToken) =>
        database.ReadAsync((session, token) => FindAsync(session, transactionHash, token), cancellationToken);

    internal static async Task<IReadOnlyList<StoredTransaction>> LoadOpenAsync(SqlSession session, CancellationToken cancellationToken)
    {
        // One whose id cannot be read has no transactions in the join below: it is told here.
        await session.Prepare(SelectOpenBundles).ReadAllAsync(row => row.Guid(0), cancellationToken);
        return await session.Prepare(SelectOpen).ReadAllAsync(Transaction, cancellationToken);
    }

    internal static Task<StoredTransaction?> FindAsync(SqlSession session, Hash32 transactionHash, CancellationToken cancellationToken) =>
        session.Prepare(SelectByHash).With(transactionHash).ReadFirstAsync(Transaction, cancellationToken);

    /// <summary>The operations of a bundle's first version become the bundle's: all, or none. Later versions have them already.</summary>
    private static async Task<bool> TryTakeAsync(SqlSession session, StoredTransaction transaction, CancellationToken cancellationToken)
    {
        if (transaction.UserOpHashes.Count == 0
            || await session.Prepare(HasTransactions).With(transaction.BundleId).ReadFirstAsync<long?>(row => row.Int64(0), cancellationToken) is not null)
        {
            return true;
        }

        foreach (Hash32 userOpHash in transaction.UserOpHashes)
        {
            if (await session.Prepare(SelectFree).With(userOpHash).With(transaction.BundleId).ReadFirstAsync<long?>(row => row.Int64(0), cancellationToken) is null)
            {
                return false;
            }
        }

        foreach (Hash32 userOpHash in transaction.UserOpHashes)
        {
            await session.Prepare(TakeOperation).With(userOpHash).With(transaction.BundleId).ExecuteAsync(cancellationToken);
        }

        return true;
    }

    private static StoredTransaction Transaction(SqlRow row) =>
        new(
            row.Guid(0), row.Hash(1), row.Address(2), row.UInt64(3), row.Address(4), row.Hashes(5), row.Bytes(6),
            row.UInt256(7), row.UInt256(8), row.Bool(9), row.Time(10));
}
