using Bundler.Engine.Chain;
using Bundler.Engine.Pool;
using Bundler.Engine.Reputation;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Inclusion;

/// <summary>Takes back what a reorganisation undid: the operations return to the mempool to be validated again, their counters go down.</summary>
internal sealed class Reorganisation(
    Mempools mempools, ServedEntryPoints entryPoints, ReputationLedger reputation, IMempoolStore store, OperationFeed feed, TimeProvider clock)
{
    public async Task UndoAsync(IReadOnlyList<IncludedOperation> undone, CancellationToken cancellationToken)
    {
        foreach (IncludedOperation operation in undone)
        {
            if (!mempools.TryGet(operation.EntryPoint, out Mempool? pool) || entryPoints.Find(operation.EntryPoint) is not { } entryPoint)
            {
                continue;
            }

            OperationStatusRecord status = new(operation.UserOpHash, OperationState.Pending, null, "its block left the chain", clock.GetUtcNow());
            if (operation.OperationJson is { } json)
            {
                UserOperation restored = OperationJson.Read(entryPoint, json);
                MempoolEntry entry = new()
                {
                    Operation = restored,
                    UserOpHash = operation.UserOpHash,
                    EntryPoint = entryPoint,
                    AdmittedAt = clock.GetUtcNow(),
                    AdmittedAtBlock = operation.Block.Number,
                    State = EntryState.Pending,
                    Size = entryPoint.Operations.Pack(restored).Length,
                    Sequence = mempools.NextSequence(),
                };
                await store.AddAsync(
                    new StoredOperation(entry.UserOpHash, entryPoint.Address, restored.Sender, json, entry.AdmittedAt, entry.AdmittedAtBlock, entry.Sequence),
                    [],
                    cancellationToken);
                pool.Restore(entry);
                reputation.NotIncluded(operation.EntryPoint, entry.Entities.Select(entity => entity.Address).Distinct());
            }
            else
            {
                status = status with { State = OperationState.Dropped, Reason = "its block left the chain and its content is not known here" };
            }

            await store.SetStatusAsync([status], cancellationToken);
            feed.Publish(new OperationEvent(status, operation.EntryPoint, operation.Sender, operation.Nonce));
        }
    }
}
