using Bundler.Engine.Bundling.Blaming;
using Bundler.Engine.Bundling.Money;
using Bundler.Engine.Ledger;
using Bundler.Engine.Pool;
using Bundler.Engine.Reputation;
using Bundler.Engine.Validation;
using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Logging;

namespace Bundler.Engine.Inclusion;

/// <summary>
/// What follows when a bundle of ours reverted on chain: who is at fault is dropped and pays with its reputation as at bundle creation
/// (GREP-040), the ledger says who bears the loss, everybody else is innocent. Judging again changes nothing.
/// </summary>
internal sealed class RevertedBundles(
    RevertInquest inquest, ILedgerStore ledger, IOperationHistoryStore history, Penalties penalties, SuspectList suspects, StakePolicy stakes,
    TrackRecord record, ILogger<RevertedBundles> logger)
{
    /// <summary>Judges a bundle by its transaction. False when nobody could be named: then everybody in it is under suspicion.</summary>
    public async Task<bool> JudgeAsync(Mempool pool, Hash32 transaction, CancellationToken cancellationToken) =>
        await ledger.FindAsync(transaction, cancellationToken) is { Success: false } reverted && await JudgeAsync(pool, reverted, cancellationToken);

    /// <inheritdoc cref="JudgeAsync(Mempool, Hash32, CancellationToken)"/>
    public async Task<bool> JudgeAsync(Mempool pool, LedgerEntry reverted, CancellationToken cancellationToken)
    {
        if (reverted.Fault is { } known)
        {
            return known.UserOpHash is not null || known.Entity is not null;
        }

        BundleFault fault = await inquest.AskAsync(reverted, cancellationToken);
        Hash32? guilty = fault.OperationIndex is { } index && index < reverted.Shares.Count ? reverted.Shares[index].UserOpHash : null;
        string reason = fault.Reason;
        MempoolEntry[] inside = [.. reverted.Shares.Select(share => pool.TryGet(share.UserOpHash, out MempoolEntry? entry) ? entry : null).OfType<MempoolEntry>()];
        if (fault.Blamed is { Kind: EntityKind.Aggregator, Address: var aggregator })
        {
            foreach (MempoolEntry member in inside.Where(entry => entry.Validation?.Aggregator == aggregator))
            {
                await PunishAsync(pool, member, inside, EntityKind.Aggregator, reverted, reason, cancellationToken);
            }
        }
        else if (inside.FirstOrDefault(entry => entry.UserOpHash == guilty) is { } culprit)
        {
            await AccuseAsync(pool, culprit, inside, fault, reverted, cancellationToken);
        }
        else if (guilty is { } gone && await history.FindIncludedAsync(gone, cancellationToken) is { } included)
        {
            reason = $"{reason}; it was included by {included.TransactionHash}";
            record.Reverted(included.Sender);
        }

        logger.BundleJudged(reverted.TransactionHash, guilty, fault.Blamed?.Address, reason);
        await ledger.JudgeAsync(reverted.TransactionHash, new LedgerFault(guilty, fault.Blamed?.Address, reason), cancellationToken);
        return guilty is not null || fault.Blamed is not null;
    }

    /// <summary>An operation that the EntryPoint names without accusing anybody (AA9x: the bundler's own limits) is only suspected.</summary>
    private async Task AccuseAsync(
        Mempool pool, MempoolEntry culprit, MempoolEntry[] inside, BundleFault fault, LedgerEntry reverted, CancellationToken cancellationToken)
    {
        if (fault.Blamed is not { Kind: EntityKind.Factory or EntityKind.Paymaster })
        {
            record.Reverted(culprit.Operation.Sender);
        }

        if (fault.Blamed is { } blamed)
        {
            await PunishAsync(pool, culprit, inside, blamed.Kind, reverted, fault.Reason, cancellationToken);
        }
        else if (suspects.FailedAlone(culprit.UserOpHash, fault.Reason))
        {
            await DropAsync(pool, culprit, inside, reverted, fault.Reason, cancellationToken);
        }
    }

    private async Task PunishAsync(
        Mempool pool, MempoolEntry culprit, MempoolEntry[] inside, EntityKind kind, LedgerEntry reverted, string reason, CancellationToken cancellationToken)
    {
        penalties.Apply(pool.EntryPoint.Address, Blame.AtBundleCreation(culprit, kind, stakes));
        await DropAsync(pool, culprit, inside, reverted, reason, cancellationToken);
    }

    private Task DropAsync(
        Mempool pool, MempoolEntry culprit, MempoolEntry[] inside, LedgerEntry reverted, string reason, CancellationToken cancellationToken) =>
        penalties.DropAsync(pool, culprit, inside, $"its bundle {reverted.TransactionHash} reverted on chain: {reason}", cancellationToken);
}
