using System.Runtime.CompilerServices;
using Bundler.Engine;
using Microsoft.Extensions.Logging;

namespace Bundler.Storage;

/// <summary>
/// Notices a database that was moved or replaced under the node or a server that went away, and tries a store again that refused writes, so that the node is ready as soon as there is room: one that is not ready gets no operations
/// to store, and where no blocks come nobody else would try.
/// </summary>
internal sealed class StorageWatch(SqlDatabase database, ILogger<StorageWatch> logger, TimeProvider clock) : EngineLoop<bool>(logger, clock)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    protected override async IAsyncEnumerable<bool> Source([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using PeriodicTimer timer = new(Every, Clock);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            yield return database.Fault is not null || database.LastRefusal is not null || database.IsLost || database.IsShared;
        }
    }

    protected override Task StepAsync(bool isFailing, CancellationToken cancellationToken) =>
        isFailing ? database.TryWriteAsync(cancellationToken) : Task.CompletedTask;
}
