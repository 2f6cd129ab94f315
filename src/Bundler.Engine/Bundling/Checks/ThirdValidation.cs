using Bundler.Engine.Bundling.Blaming;
using Bundler.Engine.Bundling.Choosing;
using Bundler.Engine.Chain;
using Bundler.Engine.Gas;
using Bundler.Engine.Pool;
using Bundler.Engine.Reputation;
using Bundler.Engine.Validation;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Bundler.Engine.Bundling.Checks;

/// <summary>
/// Third validation (ERC-7562): all operations as one handleOps. Whoever makes it fail is dropped; whoever does so for no nameable reason is found by a
/// search and set aside. The rest goes on in the same round, as far as there is time.
/// </summary>
public sealed class ThirdValidation(
    BundleEncoder encoder,
    BundleValidator validator,
    StakePolicy stakes,
    SuspectList suspects,
    Wariness wariness,
    PostOpTrial postOps,
    Penalties penalties,
    IOptions<BundlingOptions> options,
    TimeProvider clock,
    ILogger<ThirdValidation> logger)
{
    /// <summary>Whoever is new in a trial has his part of the time, and no less than this: what little there is to do also takes its way.</summary>
    private const double LeastShare = 1.0 / 8;

    /// <summary>What the node is asked for one bundle at most: enough for about eight culprits among a hundred.</summary>
    private const int MaxTrials = 64;

    /// <summary>So many operations are weighed at a time.</summary>
    private const int WeighedAtOnce = 4;

    /// <summary>Of the time for a bundle, what weighing may take in one round; who was not looked at then waits for the next.</summary>
    private const double WeighingShare = 1.0 / 2;

    /// <summary>Why an operation goes alone that was too heavy for its limit.</summary>
    private const string HeavyReason = "its trace is large or takes long";

    private const string ShortReason = ", for want of verificationGasLimit";

    private const string UnweighedReason = "operations take long to trace: it is looked at alone before it goes with others";

    private readonly TimeSpan _timeLimit = TimeSpan.FromSeconds(options.Value.CheckSeconds);

    /// <summary>The operations that go through together, or <c>null</c> when none do.</summary>
    /// <param name="pool">Their mempool.</param>
    /// <param name="entries">With their second validations.</param>
    /// <param name="fees">The fees of the coming block.</param>
    /// <param name="head">The newest block.</param>
    /// <param name="signer">Who will send the bundle.</param>
    /// <param name="beneficiary">Who gets its fees.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<CheckedBundle?> RunAsync(
        Mempool pool, List<MempoolEntry> entries, FeeQuote fees, ChainHead head, Address signer, Address beneficiary, CancellationToken cancellationToken)
    {
        CompanySearch search = new(BundleEncoder.InGroups(entries));
        Round round = new(pool, entries, search, fees, [head.BaseFeePerGas, fees.BaseFeePerGas], signer, beneficiary);
        long began = clock.GetTimestamp();
        TimeSpan bestTook = TimeSpan.Zero;
        if (entries.Count > 1 && wariness.IsWary(pool.EntryPoint.Address))
        {
            await SortOutAsync(round, cancellationToken);
        }

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

            // About so long it takes to find one operation that takes too long; with nothing to send yet, once more.
            if (search.HasResult && (trials >= MaxTrials || clock.GetElapsedTime(began) >= (search.Best is null ? 3 : 2) * _timeLimit))
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
            round.BaseFees,
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
            else if (!fault.IsUntraceable || trial.Count == 1 || round.IsWeighed)
            {
                round.Search.Failed(fault.Reason, fault.IsUntraceable, fault.IsDoubtful);
            }
            else
            {
                wariness.Alarm(entryPoint.Address);
                if (!await SortOutAsync(round, cancellationToken))
                {
                    round.Search.Failed(fault.Reason, isUntraceable: true);
                }
            }
        }
    }

    /// <summary>
    /// Each one alone, those with the least gas first, in a bounded time: what is heavy goes alone from now on, and the others at once. One heavy one
    /// after the other found behind the others would keep everybody waiting for each.
    /// </summary>
    /// <returns>Whether somebody has left.</returns>
    private async Task<bool> SortOutAsync(Round round, CancellationToken cancellationToken)
    {
        round.IsWeighed = true;
        long began = clock.GetTimestamp();
        List<MempoolEntry> leaving = [];
        Dictionary<Hash32, string> reasons = [];
        foreach (MempoolEntry[] some in wariness.Unweighed(round.Search.Members).Chunk(WeighedAtOnce))
        {
            bool isLate = clock.GetElapsedTime(began) >= _timeLimit * WeighingShare;
            bool[] heavy = isLate ? [] : await Task.WhenAll(some.Select(entry => IsHeavyAsync(round, entry, cancellationToken)));
            for (int i = 0; i < some.Length; i++)
            {
                if (isLate)
                {
                    reasons[some[i].UserOpHash] = UnweighedReason;
                }
                else if (heavy[i])
                {
                    suspects.Accuse(some[i].UserOpHash, HeavyReason);
                    logger.SetAside(some[i].UserOpHash, HeavyReason);
                    reasons[some[i].UserOpHash] = suspects.WhyApart(some[i].UserOpHash);
                }
                else
                {
                    wariness.FoundLight(some[i].UserOpHash);
                    continue;
                }

                leaving.Add(some[i]);
            }
        }

        round.Pool.Postpone(reasons);
        if (leaving.Count > 0)
        {
            round.Search.Leave(leaving);
        }

        return leaving.Count > 0;
    }

    private async Task<bool> IsHeavyAsync(Round round, MempoolEntry entry, CancellationToken cancellationToken)
    {
        EntryPoint entryPoint = round.Pool.EntryPoint;
        BundleDraft draft = new(entryPoint, round.Fees);
        draft.Add(entry);
        Outcome<Bytes> call = await encoder.EncodeAsync(entryPoint, [entry], round.Beneficiary, cancellationToken);
        if (!call.Accepted)
        {
            return false;
        }

        BundleCheck check = await validator.CheckAsync(
            [new ValidatedOperation(entryPoint, entry.Operation, entry.Validation!)],
            call.Value,
            round.Signer,
            (ulong)draft.Gas,
            round.BaseFees,
            _timeLimit * LeastShare,
            cancellationToken);
        return check.Fault is { IsUntraceable: true } || check.Weights.Any(weight => weight.IsHeavy);
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

        bool isShort = fault.IsOfPostOp && PostOpTrial.Concerns(culprit.EntryPoint, culprit.Operation, culprit.Validation!)
            && await postOps.IsShortAsync(culprit.EntryPoint, culprit.Operation, cancellationToken);
        await PunishAsync(
            round,
            culprit,
            isShort ? Blame.OfPassedOver(culprit) : fault.Blamed is { } blamed ? Blame.AtBundleCreation(culprit, blamed.Kind, stakes) : [],
            $"bundle creation: {fault.Reason}{(isShort ? ShortReason : "")}",
            cancellationToken);
    }

    /// <summary>The culprit is dropped, whoever answers for it pays, and whoever is banned goes with all that it has in the mempool.</summary>
    private async Task PunishAsync(
        Round round, MempoolEntry culprit, IReadOnlyList<Verdict> verdicts, string reason, CancellationToken cancellationToken)
    {
        penalties.Apply(round.Pool.EntryPoint.Address, verdicts);
        await penalties.DropAsync(round.Pool, culprit, round.Entries, reason, cancellationToken);
        round.Search.Leave([culprit, .. await penalties.ExpelAsync(round.Pool, verdicts, round.Entries, reason, cancellationToken)]);
    }

    /// <summary>EREP-055 bans the paymaster whose context changed, EREP-070 throttles the entity that uses less gas than it showed.</summary>
    private async Task DropFoundAsync(
        Round round, List<MempoolEntry> trial, IReadOnlyList<BundleFinding> findings, CancellationToken cancellationToken)
    {
        foreach (BundleFinding finding in findings)
        {
            MempoolEntry culprit = trial[finding.OperationIndex];
            ReputationEffect effect = finding.Rule == Erc7562Rule.Erep055 ? ReputationEffect.Ban : ReputationEffect.Throttle;
            await PunishAsync(
                round,
                culprit,
                [new Verdict(finding.Entity.Address, effect, finding.Rule)],
                $"bundle creation: {finding.Message} ({finding.Rule})",
                cancellationToken);
        }
    }

    /// <summary>GREP-040 for an aggregator that refuses all together what it took one by one; its operations go.</summary>
    private async Task DropGroupAsync(Round round, Address aggregator, string reason, CancellationToken cancellationToken)
    {
        foreach (MempoolEntry member in round.Search.Members.Where(entry => entry.Validation?.Aggregator == aggregator))
        {
            await PunishAsync(
                round, member, Blame.AtBundleCreation(member, EntityKind.Aggregator, stakes), $"bundle creation: {reason}", cancellationToken);
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
        else if (suspects.FailedAlone(
            culprit.UserOpHash, reason, isPassing: search.WasDoubtful, isDear: search.WasUntraceable && round.Entries.Count == 1))
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
        Mempool Pool, IReadOnlyList<MempoolEntry> Entries, CompanySearch Search, FeeQuote Fees, IReadOnlyList<UInt256> BaseFees, Address Signer, Address Beneficiary)
    {
        /// <summary>Its operations were looked at one by one.</summary>
        public bool IsWeighed { get; set; }
    }
}

/// <summary>Operations that go through as one call.</summary>
/// <param name="Entries">In the order of the call data.</param>
/// <param name="CallData">handleOps or handleAggregatedOps.</param>
/// <param name="Draft">Their sums.</param>
/// <param name="Check">What the third validation saw.</param>
public sealed record CheckedBundle(IReadOnlyList<MempoolEntry> Entries, Bytes CallData, BundleDraft Draft, BundleCheck Check);
