using System.Runtime.CompilerServices;
using Bundler.Engine.Fleet;
using Bundler.Engine.Pool;
using Microsoft.Extensions.Logging;

namespace Bundler.Engine.Inclusion;

/// <summary>
/// Runs <see cref="Revalidation"/> when the index has seen something, and every second for what waits to be tried again. Restored operations are
/// validated in small batches, so that changes never wait long behind them.
/// </summary>
internal sealed class RevalidationLoop(
    Mempools mempools, PoolChanges changes, Revalidation revalidation, Duties duties, ILogger<RevalidationLoop> logger, TimeProvider clock)
    : EngineLoop<bool>(logger, clock)
{
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromSeconds(1);

    /// <summary>Whoever bundles an EntryPoint's operations looks after them.</summary>
    private IEnumerable<Mempool> Own => mempools.All.Where(pool => duties.Builds(pool.EntryPoint.Address));

    protected override async IAsyncEnumerable<bool> Source([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            using CancellationTokenSource timer = new(LookAgainAfter, Clock);
            using CancellationTokenSource late = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
            try
            {
                await changes.Signals.ReadAsync(late.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                // Nothing has changed: look whether something is due.
            }

            yield return true;
        }
    }

    protected override async Task StepAsync(bool item, CancellationToken cancellationToken)
    {
        if (!changes.IsOpen)
        {
            return;
        }

        IReadOnlyCollection<EntityChange> changed = changes.Drain();
        bool done = false;
        try
        {
            foreach (Mempool pool in Own)
            {
                await revalidation.OfChangedAsync(pool, changed, cancellationToken);
            }

            done = true;
        }
        finally
        {
            if (!done)
            {
                changes.Note(changed);
            }
        }

        foreach (Mempool pool in Own)
        {
            if (await revalidation.OfRestoredAsync(pool, cancellationToken))
            {
                changes.Wake();
            }
        }
    }
}
