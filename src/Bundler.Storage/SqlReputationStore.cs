using Bundler.Engine.Reputation;
using Bundler.Ethereum.Primitives;

namespace Bundler.Storage;

/// <summary>The counters of each address at each EntryPoint, as last saved.</summary>
internal sealed class SqlReputationStore(SqlDatabase database) : IReputationStore
{
    private const string Upsert =
        """
        INSERT INTO reputation (entry_point, address, ops_seen, ops_included) VALUES ($1, $2, $3, $4)
        ON CONFLICT (entry_point, address) DO UPDATE SET ops_seen = excluded.ops_seen, ops_included = excluded.ops_included
        """;

    private const string Delete = "DELETE FROM reputation WHERE entry_point = $1 AND address = $2";
    private const string DeleteAll = "DELETE FROM reputation";
    private const string DeleteOne = "DELETE FROM reputation WHERE entry_point = $1";
    private const string SelectAll = "SELECT entry_point, address, ops_seen, ops_included FROM reputation ORDER BY entry_point, address";

    public Task SaveAsync(IReadOnlyCollection<StoredReputation> entries, CancellationToken cancellationToken) => SaveAsync(() => entries, cancellationToken);

    public Task SaveAsync(Func<IReadOnlyCollection<StoredReputation>> entries, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async (session, token) =>
            {
                foreach (StoredReputation entry in entries())
                {
                    Task<int> written = entry is { OpsSeen: 0, OpsIncluded: 0 }
                        ? session.Prepare(Delete).With(entry.EntryPoint).With(entry.Address).ExecuteAsync(token)
                        : session.Prepare(Upsert)
                            .With(entry.EntryPoint).With(entry.Address).With(entry.OpsSeen).With(entry.OpsIncluded)
                            .ExecuteAsync(token);
                    await written;
                    await ChangeTables.CountedAsync(session, entry, token);
                }
            },
            cancellationToken);

    public Task ClearAsync(Address? entryPoint, CancellationToken cancellationToken) =>
        database.WriteAsync(
            async (session, token) =>
            {
                await (entryPoint is { } one ? session.Prepare(DeleteOne).With(one) : session.Prepare(DeleteAll)).ExecuteAsync(token);
                await ChangeTables.CountersClearedAsync(session, entryPoint, token);
            },
            cancellationToken);

    public Task<IReadOnlyList<StoredReputation>> LoadAsync(CancellationToken cancellationToken) => database.ReadAsync(LoadAsync, cancellationToken);

    internal static Task<IReadOnlyList<StoredReputation>> LoadAsync(SqlSession session, CancellationToken cancellationToken) =>
        session.Prepare(SelectAll)
            .ReadAllAsync(row => new StoredReputation(row.Address(0), row.Address(1), row.UInt64(2), row.UInt64(3)), cancellationToken);
}
