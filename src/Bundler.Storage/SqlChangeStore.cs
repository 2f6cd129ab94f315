using Bundler.Engine.Following;

namespace Bundler.Storage;

/// <summary>The changes of all nodes on one database.</summary>
internal sealed class SqlChangeStore(SqlDatabase database) : IChangeStore
{
    public bool IsShared => database.IsShared;

    public Task<long> LastAsync(CancellationToken cancellationToken) => database.ReadAsync(ChangeTables.LastAsync, cancellationToken);

    public Task<IReadOnlyList<FleetChange>?> ReadAsync(long after, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync((session, token) => ChangeTables.ReadAsync(session, database.Turn.Origin, after, limit, token), cancellationToken);

    // Every write begins by reading on, and by loading all where that is not possible.
    public Task LoadAsync(CancellationToken cancellationToken) => database.WriteAsync((_, _) => Task.CompletedTask, cancellationToken);

    public Task<int> TrimAsync(int keep, int step, CancellationToken cancellationToken) =>
        database.WriteAsync((session, token) => ChangeTables.TrimAsync(session, keep, step, token), cancellationToken);

    public Task WaitAsync(TimeSpan atMost, CancellationToken cancellationToken) => database.ListenAsync(atMost, cancellationToken);

    public void Attach(IChangeMemory memory) => database.Turn.Attach(memory);
}
