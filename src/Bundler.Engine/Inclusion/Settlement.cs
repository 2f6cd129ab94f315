using Bundler.Engine.Bundling;
using Bundler.Engine.Bundling.Blaming;
using Bundler.Engine.Bundling.Money;
using Bundler.Engine.Development;
using Bundler.Engine.Fleet;
using Bundler.Engine.Ledger;
using Bundler.Engine.Pool;
using Bundler.Engine.Reputation;
using Bundler.Engine.Submission;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Logging;

namespace Bundler.Engine.Inclusion;

/// <summary>The only place that changes pool and reputation after submission: what blocks include, what bundles became, what reorganisations undid.</summary>
internal sealed class Settlement(
    Mempools mempools,
    IMempoolStore mempoolStore,
    ReputationLedger reputation,
    SuspectList suspects,
    Penalties penalties,
    RevertedBundles reverted,
    ILedgerStore ledger,
    IOperationHistoryStore history,
    Duties duties,
    BundlingDesk bundling,
    RiskPurse purse,
    TrackRecord record,
    OperationFeed feed,
    TimeProvider clock,
    ILogger<Settlement> logger)
{
    private readonly RefusedBundles _refused = new(suspects, penalties, logger);

    /// <summary>The operation as we got it, where it was ours: call data knows neither its EIP-7702 tuple nor, in a nested call, the operation.</summary>
    public IncludedOperation WithOwnForm(IncludedOperation operation) =>
        mempools.TryGet(operation.EntryPoint, out Mempool? pool) && pool.TryGet(operation.UserOpHash, out MempoolEntry? entry)
            ? operation with { OperationJson = OperationJson.Write(entry.EntryPoint, entry.Operation), IsOwn = true }
            : operation;

    /// <summary>A block includes these operations, ours or not: out of the pool, and counted.</summary>
    public async Task IncludedAsync(IReadOnlyList<IncludedOperation> operations, CancellationToken cancellationToken)
    {
        foreach (IncludedOperation operation in operations)
        {
            if (!mempools.TryGet(operation.EntryPoint, out Mempool? pool))
            {
                continue;
            }

            suspects.Forget(operation.UserOpHash);
            MempoolEntry? entry = pool.TryGet(operation.UserOpHash, out MempoolEntry? own) ? own : null;
            if (entry is not null)
            {
                await pool.RemoveAsync([operation.UserOpHash], OperationState.Included, _ => null, operation.TransactionHash, cancellationToken);
                record.Included(operation.Sender);
                FaultSwitch.Pass(FaultPoint.AfterRemovedBeforeCounted);
                reputation.Included(operation.EntryPoint, OperationEntities.Of(entry));
            }
            else
            {
                // Only what was seen counts as included (ERC-7562): it was here once, and left otherwise than into a block.
                bool wasHere = (await mempoolStore.FindStatusAsync(operation.UserOpHash, cancellationToken))?.State
                    is OperationState.Pending or OperationState.Bundled or OperationState.Dropped or OperationState.Replaced;
                OperationStatusRecord status = Status(operation.UserOpHash, OperationState.Included, operation.TransactionHash, null);
                OperationEvent happened = new(status, operation.EntryPoint, operation.Sender, operation.Nonce);
                await mempoolStore.TellAsync([happened], cancellationToken);
                feed.Publish(happened);
                if (wasHere)
                {
                    reputation.Included(operation.EntryPoint, OperationEntities.Of(operation, pool.EntryPoint));
                }
            }

            // Whatever else had this sender and nonce can never be included any more; what waits behind it can.
            if (pool.FindBy(operation.Sender, operation.Nonce) is { } rival)
            {
                penalties.PassOver(await pool.RemoveAsync(
                    [rival.UserOpHash], OperationState.Replaced, _ => $"its nonce was used by {operation.UserOpHash}", operation.TransactionHash, cancellationToken));
            }

            logger.Included(operation.UserOpHash, operation.TransactionHash, operation.Block.Number, operation.Success);
        }
    }

    /// <summary>A transaction of a bundle is on its way.</summary>
    public async Task SentAsync(SubmissionOutcome.Sent sent, CancellationToken cancellationToken)
    {
        if (!mempools.TryGet(sent.EntryPoint, out Mempool? pool))
        {
            return;
        }

        suspects.Took(sent.UserOpHashes);
        List<OperationEvent> statuses = [];
        foreach (Hash32 userOpHash in sent.UserOpHashes)
        {
            if (pool.TryGet(userOpHash, out MempoolEntry? entry))
            {
                OperationStatusRecord status = Status(userOpHash, OperationState.Bundled, sent.TransactionHash, null);
                OperationEvent happened = new(status, sent.EntryPoint, entry.Operation.Sender, entry.Operation.Nonce);
                statuses.Add(happened);
                feed.Publish(happened);
            }
        }

        await mempoolStore.TellAsync(statuses, cancellationToken);
    }

    /// <summary>Operations of a mined bundle that are still in the pool although the receipt shows their events.</summary>
    public bool IsMissing(SubmissionOutcome.Mined mined) =>
        mempools.TryGet(mined.EntryPoint, out Mempool? pool)
        && mined.Receipt.Logs.Any(log => log.Address == mined.EntryPoint
            && log.Topics.Count > 1
            && log.Topics[0] == EntryPointEvents.UserOperationEvent.Topic
            && pool.TryGet(log.Topics[1], out MempoolEntry? _));

    /// <summary>
    /// The bundle's transaction was mined and its block is indexed: what it did not include goes back, to be validated again before it travels.
    /// After a revert whoever is at fault does not; when nobody can be named everybody in it is suspected, and one that reverted alone often
    /// enough is dropped.
    /// </summary>
    public async Task MinedAsync(SubmissionOutcome.Mined mined, CancellationToken cancellationToken)
    {
        purse.Settled(mined.BundleId);
        if (!mempools.TryGet(mined.EntryPoint, out Mempool? pool))
        {
            return;
        }

        Hash32[] left = await LeftAsync(pool, mined, cancellationToken);
        if (!mined.Receipt.Success)
        {
            logger.BundleReverted(mined.Receipt.TransactionHash, left.Length);
            if (!await reverted.JudgeAsync(pool, mined.Receipt.TransactionHash, cancellationToken))
            {
                await SuspectAsync(pool, left, mined, cancellationToken);
            }
        }

        pool.Release(left);
        bundling.Settled(mined.BundleId, mined.Receipt.TransactionHash);
    }

    /// <summary>At the start, before anything restored is offered: bundles that reverted and were not judged when the node stopped.</summary>
    public async Task JudgeRemainingAsync(CancellationToken cancellationToken)
    {
        foreach (LedgerEntry entry in (await ledger.UnjudgedAsync(cancellationToken)).Where(entry => duties.Find(DutyNames.Signer(entry.Signer)) is not null))
        {
            if (mempools.TryGet(entry.EntryPoint, out Mempool? pool))
            {
                await reverted.JudgeAsync(pool, entry, cancellationToken);
            }
        }
    }

    /// <summary>The bundle will never be mined: its operations go back, and those it was refused for go apart.</summary>
    public async Task AbandonedAsync(SubmissionOutcome.Abandoned abandoned, CancellationToken cancellationToken)
    {
        purse.Settled(abandoned.BundleId);
        if (mempools.TryGet(abandoned.EntryPoint, out Mempool? pool))
        {
            if (abandoned.Refusal is { } refusal)
            {
                await _refused.JudgeAsync(pool, abandoned.UserOpHashes, refusal, cancellationToken);
            }

            pool.Release(abandoned.UserOpHashes);
        }

        bundling.Settled(abandoned.BundleId, null);
        logger.BundleAbandoned(abandoned.BundleId, abandoned.UserOpHashes.Count, abandoned.Reason);
    }

    /// <summary>What the bundle did not include. Where another node writes the index, what it did may not have left this node's mempool yet.</summary>
    private async Task<Hash32[]> LeftAsync(Mempool pool, SubmissionOutcome.Mined mined, CancellationToken cancellationToken)
    {
        List<Hash32> left = [];
        foreach (Hash32 userOpHash in mined.UserOpHashes.Where(userOpHash => pool.TryGet(userOpHash, out MempoolEntry? _)))
        {
            if (duties.Indexes || await history.FindIncludedAsync(userOpHash, cancellationToken) is null)
            {
                left.Add(userOpHash);
            }
        }

        return [.. left];
    }

    private async Task SuspectAsync(Mempool pool, Hash32[] left, SubmissionOutcome.Mined mined, CancellationToken cancellationToken)
    {
        if (mined.UserOpHashes.Count > 1 || left is not [Hash32 alone])
        {
            suspects.Failed(left);
        }
        else if (suspects.FailedAlone(alone, "it reverted on chain"))
        {
            suspects.Forget(alone);
            await pool.RemoveAsync(
                left, OperationState.Dropped, _ => "its bundle reverted on chain repeatedly", mined.Receipt.TransactionHash, cancellationToken);
        }
    }

    private OperationStatusRecord Status(Hash32 userOpHash, OperationState state, Hash32? transactionHash, string? reason) =>
        new(userOpHash, state, transactionHash, reason, clock.GetUtcNow());
}
