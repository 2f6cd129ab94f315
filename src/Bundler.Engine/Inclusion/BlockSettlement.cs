using Bundler.Engine.Bundling.Blaming;
using Bundler.Engine.Bundling.Money;
using Bundler.Engine.Development;
using Bundler.Engine.Pool;
using Bundler.Engine.Reputation;
using Microsoft.Extensions.Logging;

namespace Bundler.Engine.Inclusion;

/// <summary>What blocks include, ours or not: out of the pool, and counted.</summary>
internal sealed class BlockSettlement(
    Mempools mempools,
    IMempoolStore store,
    ReputationLedger reputation,
    SuspectList suspects,
    Penalties penalties,
    TrackRecord record,
    OperationNews news,
    ILogger<BlockSettlement> logger)
{
    /// <summary>The operation as we got it, where it was ours: call data knows neither its EIP-7702 tuple nor, in a nested call, the operation.</summary>
    public IncludedOperation WithOwnForm(IncludedOperation operation) =>
        mempools.TryGet(operation.EntryPoint, out Mempool? pool) && pool.TryGet(operation.UserOpHash, out MempoolEntry? entry)
            ? operation with { OperationJson = OperationJson.Write(entry.EntryPoint, entry.Operation), IsOwn = true }
            : operation;

    /// <summary>A block includes these operations. Doing it twice does it once.</summary>
    public async Task IncludedAsync(IReadOnlyList<IncludedOperation> operations, CancellationToken cancellationToken)
    {
        foreach (IncludedOperation operation in operations)
        {
            if (mempools.TryGet(operation.EntryPoint, out Mempool? pool))
            {
                await IncludedAsync(pool, operation, cancellationToken);
                logger.Included(operation.UserOpHash, operation.TransactionHash, operation.Block.Number, operation.Success);
            }
        }
    }

    private async Task IncludedAsync(Mempool pool, IncludedOperation operation, CancellationToken cancellationToken)
    {
        suspects.Forget(operation.UserOpHash);
        if (pool.TryGet(operation.UserOpHash, out MempoolEntry? entry))
        {
            await pool.RemoveAsync([operation.UserOpHash], OperationState.Included, _ => null, operation.TransactionHash, cancellationToken);
            record.Included(operation.Sender);
            FaultSwitch.Pass(FaultPoint.AfterRemovedBeforeCounted);
            reputation.Included(operation.EntryPoint, OperationEntities.Of(entry));
        }
        else
        {
            await IncludedElsewhereAsync(pool, operation, cancellationToken);
        }

        // Whatever else had this sender and nonce can never be included any more; what waits behind it can.
        if (pool.FindBy(operation.Sender, operation.Nonce) is { } rival)
        {
            penalties.PassOver(await pool.RemoveAsync(
                [rival.UserOpHash], OperationState.Replaced, _ => $"its nonce was used by {operation.UserOpHash}", operation.TransactionHash, cancellationToken));
        }
    }

    /// <summary>Only what was seen counts as included (ERC-7562): it was here once, and left otherwise than into a block.</summary>
    private async Task IncludedElsewhereAsync(Mempool pool, IncludedOperation operation, CancellationToken cancellationToken)
    {
        bool wasHere = (await store.FindStatusAsync(operation.UserOpHash, cancellationToken))?.State
            is OperationState.Pending or OperationState.Bundled or OperationState.Dropped or OperationState.Replaced;
        await news.TellAsync(
            [news.Of(operation.UserOpHash, operation.EntryPoint, operation.Sender, operation.Nonce, OperationState.Included, operation.TransactionHash)], cancellationToken);
        if (wasHere)
        {
            reputation.Included(operation.EntryPoint, OperationEntities.Of(operation, pool.EntryPoint));
        }
    }
}
