using Bundler.Engine.Gas;
using Bundler.Engine.Pool;
using Bundler.Engine.Reputation;
using Bundler.Engine.Validation;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Logging;

namespace Bundler.Engine.Bundling;

/// <summary>
/// Third validation (ERC-7562): all operations as one handleOps. Whoever makes it fail is dropped and the rest tried again, until the rest goes
/// through.
/// </summary>
public sealed class ThirdValidation(
    BundleEncoder encoder, BundleValidator validator, StakePolicy stakes, SuspectList suspects, Penalties penalties, ILogger<ThirdValidation> logger)
{
    /// <summary>The operations that go through together, or <c>null</c> when none do.</summary>
    /// <param name="pool">Their mempool.</param>
    /// <param name="entries">With their second validations.</param>
    /// <param name="fees">The fees of the coming block.</param>
    /// <param name="signer">Who will send the bundle.</param>
    /// <param name="beneficiary">Who gets its fees.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<CheckedBundle?> RunAsync(
        Mempool pool, List<MempoolEntry> entries, FeeQuote fees, Address signer, Address beneficiary, CancellationToken cancellationToken)
    {
        EntryPoint entryPoint = pool.EntryPoint;
        while (entries.Count > 0)
        {
            entries = BundleEncoder.InGroups(entries);
            BundleDraft draft = new(entryPoint, fees);
            entries.ForEach(draft.Add);
            Outcome<Bytes> call = await encoder.EncodeAsync(entryPoint, entries, beneficiary, cancellationToken);
            if (call.Rejection is Rejection.SignatureInvalid refused)
            {
                entries = await WithoutGroupAsync(pool, entries, refused.Entity.Address, refused.Message, cancellationToken);
                continue;
            }

            Bytes callData = call.Value;
            BundleCheck check = await validator.CheckAsync(
                [.. entries.Select(entry => new ValidatedOperation(entryPoint, entry.Operation, entry.Validation!))], callData, signer, (ulong)draft.Gas, cancellationToken);
            if (check.Succeeded && check.Findings.Count == 0)
            {
                return new CheckedBundle(entries, callData, draft, check);
            }

            if (check.Findings.Count > 0)
            {
                entries = await WithoutFindingsAsync(pool, entries, check.Findings, cancellationToken);
                continue;
            }

            BundleFault fault = check.Fault!;
            logger.BundleRefused(entryPoint.VersionText, entries.Count, fault.OperationIndex, fault.Reason);
            if (fault is { OperationIndex: null, Blamed: { Kind: EntityKind.Aggregator, Address: var aggregator } }
                && entries.Exists(entry => entry.Validation?.Aggregator == aggregator))
            {
                entries = await WithoutGroupAsync(pool, entries, aggregator, fault.Reason, cancellationToken);
                continue;
            }

            if (fault.OperationIndex is { } index && index < entries.Count)
            {
                entries = await WithoutCulpritAsync(pool, entries, entries[index], fault, cancellationToken);
                continue;
            }

            if (entries.Count == 1)
            {
                await FailedAloneAsync(pool, entries[0], fault.Reason, cancellationToken);
                return null;
            }

            // The EntryPoint names no operation: halve until the one at fault stands alone.
            entries = [.. entries.Take((entries.Count + 1) / 2)];
        }

        return null;
    }

    private async Task<List<MempoolEntry>> WithoutCulpritAsync(
        Mempool pool, List<MempoolEntry> entries, MempoolEntry culprit, BundleFault fault, CancellationToken cancellationToken)
    {
        if (fault.Blamed is { } blamed)
        {
            penalties.Apply(pool.EntryPoint.Address, Blame.AtBundleCreation(culprit, blamed.Kind, stakes));
        }

        await penalties.DropAsync(pool, culprit, entries, $"bundle creation: {fault.Reason}", cancellationToken);
        return Without(entries, culprit);
    }

    /// <summary>EREP-055 bans the paymaster whose context changed, EREP-070 throttles the entity that uses less gas than it showed.</summary>
    private async Task<List<MempoolEntry>> WithoutFindingsAsync(
        Mempool pool, List<MempoolEntry> entries, IReadOnlyList<BundleFinding> findings, CancellationToken cancellationToken)
    {
        List<MempoolEntry> kept = entries;
        foreach (BundleFinding finding in findings)
        {
            MempoolEntry culprit = entries[finding.OperationIndex];
            ReputationEffect effect = finding.Rule == Erc7562Rule.Erep055 ? ReputationEffect.Ban : ReputationEffect.Throttle;
            penalties.Apply(pool.EntryPoint.Address, [new Verdict(finding.Entity.Address, effect, finding.Rule)]);
            await penalties.DropAsync(pool, culprit, entries, $"bundle creation: {finding.Message} ({finding.Rule})", cancellationToken);
            kept = Without(kept, culprit);
        }

        return kept;
    }

    /// <summary>GREP-040 for an aggregator that refuses all together what it took one by one; its operations go.</summary>
    private async Task<List<MempoolEntry>> WithoutGroupAsync(
        Mempool pool, List<MempoolEntry> entries, Address aggregator, string reason, CancellationToken cancellationToken)
    {
        foreach (MempoolEntry member in entries.Where(entry => entry.Validation?.Aggregator == aggregator))
        {
            penalties.Apply(pool.EntryPoint.Address, Blame.AtBundleCreation(member, EntityKind.Aggregator, stakes));
            await penalties.DropAsync(pool, member, entries, $"bundle creation: {reason}", cancellationToken);
        }

        return [.. entries.Where(entry => entry.Validation?.Aggregator != aggregator)];
    }

    private static List<MempoolEntry> Without(List<MempoolEntry> entries, MempoolEntry culprit) =>
        [.. entries.Where(entry => entry.UserOpHash != culprit.UserOpHash && !entry.Follows(culprit))];

    private async Task FailedAloneAsync(Mempool pool, MempoolEntry entry, string reason, CancellationToken cancellationToken)
    {
        if (suspects.FailedAlone(entry.UserOpHash))
        {
            await penalties.DropAsync(pool, entry, [], $"bundle creation failed repeatedly: {reason}", cancellationToken);
        }
    }
}

/// <summary>Operations that go through as one call.</summary>
/// <param name="Entries">In the order of the call data.</param>
/// <param name="CallData">handleOps or handleAggregatedOps.</param>
/// <param name="Draft">Their sums.</param>
/// <param name="Check">What the third validation saw.</param>
public sealed record CheckedBundle(IReadOnlyList<MempoolEntry> Entries, Bytes CallData, BundleDraft Draft, BundleCheck Check);
