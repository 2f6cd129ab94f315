using Bundler.Engine.Fleet;
using Bundler.Engine.Pool;
using Bundler.Ethereum.Primitives;

namespace Bundler.Storage;

/// <summary>Why operations wait, beside the operations: a reason goes with its row.</summary>
internal sealed class SqlWaitStore(SqlDatabase database) : IWaitStore
{
    private const string Select = "SELECT waits_because FROM mempool WHERE user_op_hash = $1";
    private const string SelectAll = "SELECT user_op_hash, waits_because FROM mempool WHERE entry_point = $1 AND waits_because IS NOT NULL";
    private const string Update = "UPDATE mempool SET waits_because = $2 WHERE user_op_hash = $1";

    public bool IsShared => database.IsShared;

    public Task<string?> FindAsync(Hash32 userOpHash, CancellationToken cancellationToken) =>
        database.ReadAsync((session, token) => session.Prepare(Select).With(userOpHash).ReadFirstAsync(row => row.TextOrNull(0), token), cancellationToken);

    public Task<IReadOnlyDictionary<Hash32, string>> LoadAsync(Address entryPoint, CancellationToken cancellationToken) =>
        database.ReadAsync<IReadOnlyDictionary<Hash32, string>>(
            async (session, token) => (await session.Prepare(SelectAll).With(entryPoint).ReadAllAsync(row => (Hash: row.Hash(0), Reason: row.TextOrNull(1)!), token))
                .ToDictionary(told => told.Hash, told => told.Reason),
            cancellationToken);

    public Task TellAsync(IReadOnlyDictionary<Hash32, string?> reasons, Fence fence, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async (session, token) =>
            {
                await LeaseTables.CheckAsync(session, fence, token);
                foreach ((Hash32 userOpHash, string? reason) in reasons)
                {
                    await session.Prepare(Update).With(userOpHash).With(reason).ExecuteAsync(token);
                }
            },
            cancellationToken);
}
