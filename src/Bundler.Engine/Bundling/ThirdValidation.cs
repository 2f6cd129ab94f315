using Bundler.Engine.Gas;
using Bundler.Engine.Pool;
using Bundler.Engine.Reputation;
using Bundler.Engine.Validation;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Bundler.Engine.Bundling;

/// <summary>
/// Third validation (ERC-7562): all operations as one handleOps. Whoever makes it fail is dropped; whoever does so for no nameable reason is found by a
/// search and set aside. The rest goes on in the same round, as far as there is time.
/// </summary>
public sealed class ThirdValidation(
    BundleEncoder encoder,
    BundleValidator validator,
    StakePolicy stakes,
    SuspectList suspects,
    Penalties penalties,
    IOptions<BundlingOptions> options,
    TimeProvider clock,
    ILogger<ThirdValidation> logger)
{
    /// <summary>Whoever is new in a trial has his part of the time, and no less than this: what little there is to do also takes its way.</summary>
    private const double LeastShare = 1.0 / 8;

    /// <summary>What the node is asked for one bundle at most: enough for about eight culprits among a hundred.</summary>
    private const int MaxTrials = 64;

    private readonly TimeSpan _timeLimit = TimeSpan.FromSeconds(options.Value.CheckSeconds);

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
        CompanySearch search = new(BundleEncoder.InGroups(entries));
        Round round = new(pool, entries, search, fees, signer, beneficiary);
        long began = clock.GetTimestamp();
        TimeSpan bestTook = TimeSpan.Zero;
        for (int trials = 1; !search.IsOver; trials++)
        {
            CheckedBundle? before = search.Best;
            long triedAt = clock.GetTimestamp();
            TimeSpan limit = bestTook + _timeLimit * Math.Max(LeastShare, (double)search.NewInTrial / entries.Count);
            await TryAsync(round, BundleEncoder.InGroups(search.Trial), limit, cancellationToken);
            bestTook = search.Best is null ? TimeSpan.Zero : search.Best == before ? bestTook : clock.GetElapsedTime(triedAt);
            if (search.Culprit is { } culprit)
            {
                await SetAsideAsync(round, culprit, cancellationToken);
            }

            // About so long it takes to find one operation that takes too long.
            if (search.HasResult && (trials >= MaxTrials || clock.GetElapsedTime(began) >= 2 * _timeLimit))
            {
                break;
            }
        }

        return search.Best;
    }

    private async Task TryAsync(Round round, List<MempoolEntry> trial, TimeSpan limit, CancellationToken cancellationToken)
    {
        EntryPoint entryPoint = round.Pool.EntryPoint;
        BundleDraft draft = new(entryPoint, round.Fees);
        trial.ForEach(draft.Add);
        Outcome<Bytes> call = await encoder.EncodeAsync(entryPoint, trial, round.Beneficiary, cancellationToken);
        if (call.Rejection is Rejection.SignatureInvalid refused)
        {
            await DropGroupAsync(round, refused.Entity.Address, refused.Message, cancellationToken);
            return;
        }

        Bytes callData = call.Value;
        BundleCheck check = await validator.CheckAsync(
            [.. trial.Select(entry => new ValidatedOperation(entryPoint, entry.Operation, entry.Validation!))],
            callData,
            round.Signer,
            (ulong)draft.Gas,
            limit,
            cancellationToken);
        if (check.Findings.Count > 0)
        {
            await DropFoundAsync(round, trial, check.Findings, cancellationToken);
        }
        else if (check.Fault is not { } fault)
        {
            round.Search.Passed(new CheckedBundle(trial, callData, draft, check));
        }
        else
        {
            logger.BundleRefused(entryPoint.VersionText, trial.Count, fault.OperationIndex, fault.Reason);
            if (fault is { OperationIndex: null, Blamed: { Kind: EntityKind.Aggregator, Address: var aggregator } }
                && trial.Exists(entry => entry.Validation?.Aggregator == aggregator))
            {
                await DropGroupAsync(round, aggregator, fault.Reason, cancellationToken);
            }
            else if (fault.OperationIndex is { } index && index < trial.Count)
            {
                await DropCulpritAsync(round, trial, trial[index], fault, cancellationToken);
            }
            else
            {
                round.Search.Failed(fault.Reason);
            }
        }
    }

    private async Task DropCulpritAsync(
        Round round, List<MempoolEntry> trial, MempoolEntry culprit, BundleFault fault, CancellationToken cancellationToken)
    {
        if (trial.Exists(other => other.Operation.Sender == culprit.Operation.Sender && other.Nonce.Key != culprit.Nonce.Key))
        {
            // A staked sender's operations of several keys were not asked to go together by anybody: this one may go alone.
            logger.LeftOut(culprit.UserOpHash, $"it fails beside another operation of its sender: {fault.Reason}");
            round.Search.Leave(culprit);
            return;
        }

        if (fault.Blamed is { } blamed)
        {
            penalties.Apply(round.Pool.EntryPoint.Address, Blame.AtBundleCreation(culprit, blamed.Kind, stakes));
        }

        await penalties.DropAsync(round.Pool, culprit, round.Entries, $"bundle creation: {fault.Reason}", cancellationToken);
        round.Search.Leave(culprit);
    }

    /// <summary>EREP-055 bans the paymaster whose context changed, EREP-070 throttles the entity that uses less gas than it showed.</summary>
    private async Task DropFoundAsync(
        Round round, List<MempoolEntry> trial, IReadOnlyList<BundleFinding> findings, CancellationToken cancellationToken)
    {
        foreach (BundleFinding finding in findings)
        {
            MempoolEntry culprit = trial[finding.OperationIndex];
            ReputationEffect effect = finding.Rule == Erc7562Rule.Erep055 ? ReputationEffect.Ban : ReputationEffect.Throttle;
            penalties.Apply(round.Pool.EntryPoint.Address, [new Verdict(finding.Entity.Address, effect, finding.Rule)]);
            await penalties.DropAsync(round.Pool, culprit, round.Entries, $"bundle creation: {finding.Message} ({finding.Rule})", cancellationToken);
            round.Search.Leave(culprit);
        }
    }

    /// <summary>GREP-040 for an aggregator that refuses all together what it took one by one; its operations go.</summary>
    private async Task DropGroupAsync(Round round, Address aggregator, string reason, CancellationToken cancellationToken)
    {
        foreach (MempoolEntry member in round.Search.Members.Where(entry => entry.Validation?.Aggregator == aggregator))
        {
            penalties.Apply(round.Pool.EntryPoint.Address, Blame.AtBundleCreation(member, EntityKind.Aggregator, stakes));
            await penalties.DropAsync(round.Pool, member, round.Entries, $"bundle creation: {reason}", cancellationToken);
            round.Search.Leave(member);
        }
    }

    /// <summary>It fails alone, or in a company that goes through without it: from now on it travels alone.</summary>
    private async Task SetAsideAsync(Round round, MempoolEntry culprit, CancellationToken cancellationToken)
    {
        (CompanySearch search, string reason) = (round.Search, round.Search.FailedBecause);
        if (search.Best is not null)
        {
            suspects.Accuse(culprit.UserOpHash, reason);
            logger.SetAside(culprit.UserOpHash, reason);
        }
        else if (suspects.FailedAlone(culprit.UserOpHash, reason))
        {
            await penalties.DropAsync(round.Pool, culprit, round.Entries, $"bundle creation failed repeatedly: {reason}", cancellationToken);
        }
        else
        {
            logger.SetAside(culprit.UserOpHash, reason);
        }

        search.Leave(culprit);
    }

    /// <summary>What stays the same while a bundle is searched for.</summary>
    private sealed record Round(
        Mempool Pool, IReadOnlyList<MempoolEntry> Entries, CompanySearch Search, FeeQuote Fees, Address Signer, Address Beneficiary);
}

/// <summary>Operations that go through as one call.</summary>
/// <param name="Entries">In the order of the call data.</param>
/// <param name="CallData">handleOps or handleAggregatedOps.</param>
/// <param name="Draft">Their sums.</param>
/// <param name="Check">What the third validation saw.</param>
public sealed record CheckedBundle(IReadOnlyList<MempoolEntry> Entries, Bytes CallData, BundleDraft Draft, BundleCheck Check);
