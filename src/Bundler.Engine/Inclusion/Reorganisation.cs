using Bundler.Engine.Chain;
using Bundler.Engine.Development;
using Bundler.Engine.Pool;
using Bundler.Engine.Reputation;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Logging;

namespace Bundler.Engine.Inclusion;

/// <summary>
/// Takes back what a reorganisation undid: our operations return to the mempool to be validated again, counters go down. Undoing twice
/// undoes once.
/// </summary>
internal sealed class Reorganisation(
    Mempools mempools, ServedEntryPoints entryPoints, ReputationLedger reputation, IMempoolStore store, OperationFeed feed, TimeProvider clock,
    ILogger<Reorganisation> logger)
{
    public async Task UndoAsync(IReadOnlyList<IncludedOperation> undone, CancellationToken cancellationToken)
    {
        foreach (IncludedOperation operation in undone)
        {
            if (!mempools.TryGet(operation.EntryPoint, out Mempool? pool) || entryPoints.Find(operation.EntryPoint) is not { } entryPoint
                || pool.TryGet(operation.UserOpHash, out MempoolEntry? _))
            {
                continue;
            }

            OperationEvent happened = await UndoAsync(operation, entryPoint, pool, cancellationToken);
            if (operation.IsOwn)
            {
                reputation.NotIncluded(operation.EntryPoint, OperationEntities.Of(operation, entryPoint));
            }

            feed.Publish(happened);
            logger.LeftTheChain(operation.UserOpHash, operation.Block.Number, happened.Status.State);
        }
    }

    private async Task<OperationEvent> UndoAsync(
        IncludedOperation operation, EntryPoint entryPoint, Mempool pool, CancellationToken cancellationToken)
    {
        OperationStatusRecord status = new(operation.UserOpHash, OperationState.Pending, null, "its block left the chain", clock.GetUtcNow());
        if (operation is not { IsOwn: true, OperationJson: { } json })
        {
            status = status with { State = OperationState.Dropped, Reason = "its block left the chain, and it was never in this node's mempool" };
        }
        else if (pool.FindBy(operation.Sender, operation.Nonce) is { } rival)
        {
            status = status with { State = OperationState.Replaced, Reason = $"its block left the chain, and {rival.UserOpHash} has its nonce" };
        }
        else
        {
            StoredOperation returned = new(
                operation.UserOpHash, entryPoint.Address, operation.Sender, json, status.At, operation.Block.Number, mempools.NextSequence()) { ReturnedAt = status.At };
            MempoolEntry entry = StoredEntry.Read(entryPoint, returned) ?? throw new CodecException("operation", "what the index holds of it cannot be read");
            returned = returned with { Paymaster = entry.Operation.Paymaster, Prefund = entryPoint.RequiredPrefund(entry.Operation) };
            await store.AddAsync(returned, [], cancellationToken);
            FaultSwitch.Pass(FaultPoint.AfterReturnedBeforeStatus);
            pool.Restore(entry);
        }

        OperationEvent happened = new(status, operation.EntryPoint, operation.Sender, operation.Nonce);
        await store.TellAsync([happened], cancellationToken);
        return happened;
    }
}
