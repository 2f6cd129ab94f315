using System.Diagnostics;
using Bundler.Engine.Gas;
using Bundler.Engine.Pool;
using Bundler.Engine.Reputation;
using Bundler.Engine.Telemetry;
using Bundler.Engine.Validation;
using Bundler.Engine.Validation.Erc7562;
using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Admission;

/// <summary>Into the mempool, and counted: the last step of an admission.</summary>
public sealed class PoolIntake(Mempools mempools, ReputationLedger reputation, StakePolicy stake, TimeProvider clock, RuleSet? ruleSet = null)
{
    private readonly bool _countsReplaced = (ruleSet ?? RuleSet.All).Has(Erc7562Rule.Grep050);

    /// <param name="context">With its facts and its hash.</param>
    /// <param name="validation">What validation has shown; <c>null</c> for what was not validated (debug).</param>
    /// <param name="check">What the pool's rules say of it now; they see the view only during the call.</param>
    /// <param name="cancellationToken">Counts until the operation is being written.</param>
    public async Task<Outcome<Hash32>> AddAsync(
        AdmissionContext context, ValidationResult? validation, Func<MempoolView, Rejection?> check, CancellationToken cancellationToken)
    {
        ActivityContext admittedBy = Stations.Current;
        using Activity? span = Stations.Begin(Stations.Store);
        MempoolEntry entry = new()
        {
            Operation = context.Operation,
            UserOpHash = context.UserOpHash,
            EntryPoint = context.EntryPoint,
            Validation = validation,
            AdmittedBy = admittedBy,
            AdmittedAt = clock.GetUtcNow(),
            AdmittedAtBlock = context.Head.Number,
            Size = context.Packed.Length,
            CalldataTokens = CalldataCost.Tokens(context.Packed),
            Sequence = mempools.NextSequence(),
        };
        MempoolEntry? replaced = null;
        Outcome<Hash32> added = await mempools[entry.EntryPoint.Address].AddAsync(
            entry,
            view =>
            {
                replaced = view.Find(entry.Operation.Sender, entry.Operation.Nonce);
                return check(view);
            },
            cancellationToken);
        if (added.Accepted)
        {
            Count(entry, replaced);
        }

        return added;
    }

    /// <summary>GREP-050: what is replaced was not seen, what replaces it is; for an entity that both name nothing changes, however often it is repeated.</summary>
    private void Count(MempoolEntry entry, MempoolEntry? replaced)
    {
        Address[] now = [.. entry.CountedEntities(stake)];
        Address[] before = replaced is not null && _countsReplaced ? [.. replaced.CountedEntities(stake)] : [];
        reputation.Seen(entry.EntryPoint.Address, now.Except(before));
        reputation.Unseen(entry.EntryPoint.Address, before.Except(now));
    }
}
