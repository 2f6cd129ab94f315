using Bundler.Engine.Following;

namespace Bundler.Storage;

/// <summary>
/// What a write transaction begins and ends with where several nodes write. It begins with reading on in what the others stored: from there to the commit
/// nobody else writes, so what is decided in it is decided by all that is stored. It ends with waking the others.
/// </summary>
internal sealed class WriterTurn(IDialect dialect)
{
    private const int PageSize = 500;

    private volatile IChangeMemory? _memory;
    private volatile bool _isInDoubt;

    /// <summary>Whose changes its own are: of this memory, in this process.</summary>
    public Guid Origin { get; } = Guid.NewGuid();

    public void Attach(IChangeMemory memory) => _memory = memory;

    /// <summary>Nobody knows whether the last transaction is stored, and memory goes by that it is not: the next one begins with all that is.</summary>
    public void Doubt() => _isInDoubt = true;

    public async Task BeginAsync(SqlSession session)
    {
        session.HasChanged = false;
        if (_isInDoubt && _memory is { } doubtful)
        {
            doubtful.Replace(await LoadAsync(session));
            _isInDoubt = false;
        }

        while (_memory is { } memory)
        {
            IReadOnlyList<FleetChange>? changes = await ChangeTables.ReadAsync(session, Origin, memory.Applied, PageSize, CancellationToken.None);
            if (changes is null)
            {
                memory.Replace(await LoadAsync(session));
                return;
            }

            memory.Apply(changes);
            if (changes.Count < PageSize)
            {
                return;
            }
        }
    }

    /// <summary>Wakes the others with the commit.</summary>
    public Task EndAsync(SqlSession session) =>
        session.HasChanged && dialect.Notify is { } notify ? session.ExecuteAsync(notify, CancellationToken.None) : Task.CompletedTask;

    private static async Task<FleetState> LoadAsync(SqlSession session) => new(
        await ChangeTables.LastAsync(session, CancellationToken.None),
        await SqlMempoolStore.LoadAsync(session, CancellationToken.None),
        (await SqlSubmissionStore.LoadOpenAsync(session, CancellationToken.None)).SelectMany(transaction => transaction.UserOpHashes).ToHashSet(),
        await SqlReputationStore.LoadAsync(session, CancellationToken.None));
}
