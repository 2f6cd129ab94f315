using Bundler.Engine.Chain;
using Bundler.Engine.Development;
using Bundler.Engine.Pool;
using Bundler.Engine.Reputation;
using Bundler.Erc4337.EntryPoints;
using Microsoft.Extensions.Logging;

namespace Bundler.Engine.Inclusion;

/// <summary>
/// At the start: what the store holds comes back into memory, except what the index knows to be included. Nothing restored is bundled
/// before the index has reached the head, which may include more, and before it has passed a validation again (<see cref="Revalidation"/>).
/// </summary>
internal sealed class PoolRecovery(
    Mempools mempools, ServedEntryPoints entryPoints, ReputationLedger reputation, IMempoolStore store, IOperationHistoryStore history, TimeProvider clock, ILogger<PoolRecovery> logger)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        int restored = 0;
        List<OperationStatusRecord> ended = [];
        List<OperationStatusRecord> aside = [];
        foreach (StoredOperation stored in await store.LoadAsync(cancellationToken))
        {
            mempools.ContinueAfter(stored.Sequence);
            EntryPoint? served = entryPoints.Find(stored.EntryPoint);
            if (await history.FindIncludedAsync(stored.UserOpHash, cancellationToken) is { } included)
            {
                ended.Add(new OperationStatusRecord(stored.UserOpHash, OperationState.Included, included.TransactionHash, null, clock.GetUtcNow()));
                if (served is not null)
                {
                    reputation.Included(stored.EntryPoint, OperationEntities.Of(included, served));
                }

                continue;
            }

            if (served is not { } entryPoint)
            {
                // Kept in the store: the EntryPoint may be served again after the next start.
                logger.EntryPointNotServed(stored.UserOpHash, stored.EntryPoint);
                continue;
            }

            if (StoredEntry.Read(entryPoint, stored) is not { } entry)
            {
                aside.Add(new OperationStatusRecord(stored.UserOpHash, OperationState.Dropped, null, "what the store holds of it cannot be read", clock.GetUtcNow()));
                logger.SetAside(stored.UserOpHash);
                continue;
            }

            mempools[entryPoint.Address].Restore(entry);
            restored++;
            FaultSwitch.Pass(FaultPoint.DuringPoolRecovery);
        }

        await store.RemoveAsync(ended, cancellationToken);
        await store.SetStatusAsync(aside, cancellationToken);
        logger.Recovered(restored, ended.Count);
    }
}
