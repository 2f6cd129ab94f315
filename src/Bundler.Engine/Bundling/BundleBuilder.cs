using Bundler.Engine.Bundling.Blaming;
using Bundler.Engine.Bundling.Checks;
using Bundler.Engine.Bundling.Choosing;
using Bundler.Engine.Bundling.Money;
using Bundler.Engine.Chain;
using Bundler.Engine.Development;
using Bundler.Engine.Gas;
using Bundler.Engine.Pool;
using Bundler.Engine.Telemetry;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Ethereum.Transactions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Bundler.Engine.Bundling;

/// <summary>
/// Takes the best paid operations that fit together, validates each again, then all of them as one handleOps, and gives a bundle that will
/// not fail, or none. What fails is dropped with its reason and held against whoever caused it.
/// </summary>
public sealed class BundleBuilder
{
    /// <summary>Of so many for each place in a bundle those are looked for that may go together; of more, where none of them may.</summary>
    private const int CandidatesForEachPlace = 4;

    private const string UnpaidReason = "it does not pay its part of a bundle at the present price of gas";

    private readonly BundleLimits _limits;
    private readonly SecondValidation _second;
    private readonly ThirdValidation _third;
    private readonly FeeOracle _fees;
    private readonly SuspectList _suspects;
    private readonly BundleProfit _profit;
    private readonly WaitingForFees _waiting;
    private readonly LastLook _lastLook;
    private readonly RiskPurse _purse;
    private readonly TrackRecord _record;
    private readonly BundlingOptions _options;
    private readonly ILogger<BundleBuilder> _logger;

    public BundleBuilder(
        BundleLimits limits,
        SecondValidation second,
        ThirdValidation third,
        FeeOracle fees,
        SuspectList suspects,
        BundleProfit profit,
        WaitingForFees waiting,
        LastLook lastLook,
        RiskPurse purse,
        TrackRecord record,
        IOptions<BundlingOptions> options,
        ILogger<BundleBuilder> logger)
    {
        _limits = limits;
        _second = second;
        _third = third;
        _fees = fees;
        _suspects = suspects;
        _profit = profit;
        _waiting = waiting;
        _lastLook = lastLook;
        _purse = purse;
        _record = record;
        _options = options.Value;
        _logger = logger;
    }

    /// <summary>A bundle of the mempool's best operations, or <c>null</c> when there is nothing that can go now. Its operations are taken.</summary>
    public async Task<Bundle?> BuildAsync(Mempool pool, ChainHead head, Address signer, CancellationToken cancellationToken)
    {
        long since = Stations.Now;
        FeeQuote fees = await _fees.CurrentAsync(cancellationToken);
        await _purse.CountAsync(cancellationToken);
        IReadOnlyList<MempoolEntry> inFlight = pool.InFlight();
        IReadOnlyList<MempoolEntry> taken = pool.Take(Choose(pool, fees));
        if (taken.Count == 0)
        {
            return null;
        }

        FaultSwitch.Pass(FaultPoint.AfterTaken);
        Stations.Record(Stations.Take, taken, since);
        List<MempoolEntry> kept = [.. taken];
        bool handedOver = false;
        try
        {
            since = Stations.Now;
            kept = await _second.RunAsync(pool, kept, head, cancellationToken);
            Stations.Record(Stations.SecondValidation, taken, since);
            since = Stations.Now;
            FaultSwitch.Pass(FaultPoint.AfterSecondValidation);
            kept = StillFitting(pool, new BundleDraft(pool.EntryPoint, fees, inFlight), kept);
            CheckedBundle? passed = await PassingAsync(pool, kept, fees, head, signer, cancellationToken);
            FaultSwitch.Pass(FaultPoint.AfterThirdValidation);
            Stations.Record(Stations.ThirdValidation, kept, since, new KeyValuePair<string, object?>("bundle.operations", passed?.Entries.Count ?? 0));
            Bundle? bundle = passed is null ? null : Assemble(passed, signer);
            bundle = bundle is not null && _purse.TryPut(bundle, fees) ? bundle : null;
            handedOver = bundle is not null;
            if (bundle is not null)
            {
                HashSet<Hash32> inside = [.. bundle.UserOpHashes];
                pool.WaitNoMore(inside);
                pool.Release(taken.Select(entry => entry.UserOpHash).Where(hash => !inside.Contains(hash)));
            }

            return bundle;
        }
        finally
        {
            if (!handedOver)
            {
                pool.Release(taken.Select(entry => entry.UserOpHash));
            }
        }
    }

    /// <summary>The bundle can not be sent: its operations are offered again, and what it put in the purse is free.</summary>
    public void GiveBack(Mempool pool, Bundle bundle)
    {
        pool.Release(bundle.UserOpHashes);
        _purse.Settled(bundle.Id);
    }

    internal IReadOnlyList<Hash32> Choose(Mempool pool, FeeQuote fees)
    {
        IReadOnlyList<MempoolEntry> inFlight = pool.InFlight();
        for (int limit = _options.MaxOperations * CandidatesForEachPlace; ; limit *= CandidatesForEachPlace)
        {
            IReadOnlyList<MempoolEntry> candidates = pool.Candidates(fees.BaseFeePerGas, limit, entry => _limits.Waits(entry, fees));
            IReadOnlyList<Hash32> chosen = Choose(pool, new BundleDraft(pool.EntryPoint, fees, inFlight), candidates);
            if (chosen.Count > 0 || candidates.Count < limit)
            {
                return chosen;
            }
        }
    }

    private IReadOnlyList<Hash32> Choose(Mempool pool, BundleDraft draft, IReadOnlyList<MempoolEntry> candidates)
    {
        foreach (MempoolEntry suspect in _suspects.Overdue(pool.EntryPoint.Address, candidates))
        {
            if (!candidates.Any(suspect.Follows) && _limits.Check(draft, suspect) is null)
            {
                _suspects.TookTurn(pool.EntryPoint.Address);
                return [suspect.UserOpHash];
            }
        }

        // Whoever goes alone never keeps those waiting who may go together.
        Fill(pool, draft, candidates.Where(entry => !IsBehindSuspect(entry, candidates)));
        if (draft.Entries.Count == 0)
        {
            Fill(pool, draft, candidates);
        }

        return [.. draft.Entries.Select(entry => entry.UserOpHash)];
    }

    private bool IsBehindSuspect(MempoolEntry entry, IReadOnlyList<MempoolEntry> candidates) =>
        _suspects.IsSuspect(entry.UserOpHash) || (_suspects.Any && candidates.Any(other => entry.Follows(other) && _suspects.IsSuspect(other.UserOpHash)));

    /// <summary>
    /// The limits once more with what second validation has shown: the deposit of a paymaster that other bundles have spent meanwhile, storage that an
    /// operation has come to share. Whoever is too much waits; taken along it would fail, and an honest entity would pay for it.
    /// </summary>
    internal List<MempoolEntry> StillFitting(Mempool pool, BundleDraft draft, IReadOnlyList<MempoolEntry> validated)
    {
        Fill(pool, draft, validated);
        return [.. draft.Entries];
    }

    private void Fill(Mempool pool, BundleDraft draft, IEnumerable<MempoolEntry> candidates)
    {
        HashSet<(Address, UInt256)> blocked = [];
        Dictionary<Hash32, string> leftOut = [];
        foreach (MempoolEntry next in candidates)
        {
            (Address, UInt256) queue = (next.Operation.Sender, next.Nonce.Key);
            string? reason = blocked.Contains(queue) ? "an operation before it in its nonce order waits"
                : !_suspects.MayJoin(draft, next) ? _suspects.WhyApart(next.UserOpHash)
                : _limits.Check(draft, next);
            if (reason is not null)
            {
                // Whatever follows it in its nonce order cannot go before it.
                blocked.Add(queue);
                leftOut[next.UserOpHash] = reason;
                _logger.LeftOut(next.UserOpHash, reason);
                continue;
            }

            draft.Add(next);
            if (_suspects.IsSuspect(next.UserOpHash))
            {
                break;
            }
        }

        pool.Postpone(leftOut);
    }

    /// <summary>Third validation and the last look, and again without those because of whom the bundle would not pay or not go through: they wait.</summary>
    private async Task<CheckedBundle?> PassingAsync(
        Mempool pool, List<MempoolEntry> entries, FeeQuote fees, ChainHead head, Address signer, CancellationToken cancellationToken)
    {
        while (entries.Count > 0 && await _third.RunAsync(pool, entries, fees, head, signer, _options.BeneficiaryAddress ?? signer, cancellationToken) is { } passed)
        {
            IReadOnlyList<MempoolEntry> waiting = _profit.Losers(passed);
            string reason = UnpaidReason;
            foreach (MempoolEntry loser in waiting)
            {
                _waiting.Add(loser.UserOpHash, fees.BaseFeePerGas + fees.FloorTip);
                _logger.LeftOut(loser.UserOpHash, UnpaidReason);
            }

            if (waiting.Count == 0)
            {
                waiting = await _lastLook.SpoiledAsync(passed, head, signer, cancellationToken);
                reason = LastLook.SpoiledReason;
            }

            if (waiting.Count == 0)
            {
                return passed;
            }

            pool.Postpone(waiting.ToDictionary(entry => entry.UserOpHash, _ => reason));

            entries = [.. passed.Entries.Where(entry => !waiting.Any(left => entry.UserOpHash == left.UserOpHash || entry.Follows(left)))];
        }

        return null;
    }

    private Bundle Assemble(CheckedBundle passed, Address signer)
    {
        EntryPoint entryPoint = passed.Draft.EntryPoint;
        IReadOnlyList<MempoolEntry> entries = passed.Entries;
        BundleDraft draft = passed.Draft;
        Dictionary<Address, Authorization> authorizations = [];
        foreach (MempoolEntry entry in entries)
        {
            if (entry.Operation.Eip7702Auth is { } authorization)
            {
                authorizations[entry.Operation.Sender] = authorization;
            }
        }

        UInt256 baseFee = draft.Fees.BaseFeePerGas;
        UInt256 lowestTip = entries.Select(entry => Mempool.Tip(entry.Operation, baseFee)).Aggregate(UInt256.Min);
        UInt256 charged = passed.Check.Operations.Select(operation => operation.ActualGasUsed).Aggregate(UInt256.Zero, (sum, gas) => sum + gas);
        return new Bundle
        {
            Id = Guid.NewGuid(),
            EntryPoint = entryPoint,
            Entries = entries,
            CallData = passed.CallData,
            GasLimit = (ulong)draft.Gas,
            GasAtRisk = draft.GasAtRisk,
            HasStrangers = !entries.All(_record.Has),
            ExpectedGasUsed = passed.Check.GasUsed,
            ExpectedGasCharged = (ulong)charged,
            LowestTip = _profit.Account(passed) is { } account ? UInt256.Min(lowestTip, _profit.HighestTip(account, baseFee)) : lowestTip,
            LowestMaxFee = entries.Select(entry => entry.Operation.MaxFeePerGas).Aggregate(UInt256.Min),
            Authorizations = [.. authorizations.Values],
            AccessList = BundleAccessList.Of(
                entries, signer, _options.BeneficiaryAddress ?? signer, passed.Check.GasUsed, _profit.Floor(passed.CallData)),
        };
    }
}
