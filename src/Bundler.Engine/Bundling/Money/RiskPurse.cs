using System.Numerics;
using Bundler.Engine.Chain;
using Bundler.Engine.Gas;
using Bundler.Engine.Ledger;
using Bundler.Engine.Submission;
using Bundler.Engine.Submission.Machine;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Bundling.Money;

/// <summary>
/// The money that reverting bundles may cost: never more than the operator's allowance below the most that the ledger has shown. Every bundle in
/// flight has put in what it would cost if it reverted, until the ledger has what it did cost. So a loss beyond the allowance is never risked.
/// Half of the allowance is for those with a record: strangers cannot spend it.
/// </summary>
public sealed class RiskPurse
{
    private readonly ILedgerStore _ledger;
    private readonly UInt256 _allowance;
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _counting = new(1, 1);
    private readonly Dictionary<Guid, Stake> _stakes = [];
    private IReadOnlyList<StoredStake> _elsewhere = [];
    private BigInteger? _net;
    private BigInteger _peak;

    /// <param name="chain">Its allowance; 0: there is no bound.</param>
    /// <param name="ledger">What was earned and lost.</param>
    /// <param name="neverReverts">Nothing is sent but by ways that drop what would revert: nothing is at risk.</param>
    public RiskPurse(ChainProfile chain, ILedgerStore ledger, bool neverReverts)
    {
        _ledger = ledger;
        _allowance = chain.RiskAllowanceWei;
        IsBounded = !_allowance.IsZero && !neverReverts;
    }

    /// <summary>False: bundles need nothing from it.</summary>
    public bool IsBounded { get; }

    /// <summary>See the constructor.</summary>
    public UInt256 Allowance => _allowance;

    /// <summary>A copy.</summary>
    public RiskStanding Standing
    {
        get
        {
            lock (_lock)
            {
                return new RiskStanding(_allowance, AtRisk(), Positive(_peak - (_net ?? 0)));
            }
        }
    }

    /// <summary>wei that one more bundle may put at risk.</summary>
    /// <param name="hasStrangers">Some of its operations are of entities without a record.</param>
    public UInt256 Room(bool hasStrangers)
    {
        lock (_lock)
        {
            return RoomLocked(hasStrangers);
        }
    }

    /// <summary>What the bundle's first version would cost if it reverted, if there is room for that.</summary>
    public bool TryPut(Bundle bundle, FeeQuote fees) => TryPut(
        bundle.Id,
        bundle.GasAtRisk * FeeSchedule.First(fees, new TransactionFees(bundle.LowestMaxFee, bundle.LowestTip)).MaxFeePerGas,
        bundle.HasStrangers);

    /// <summary>What the bundle may cost from now on, if there is room for that. A bundle only ever puts in more.</summary>
    public bool TryPut(Guid bundleId, UInt256 wei, bool hasStrangers)
    {
        if (!IsBounded)
        {
            return true;
        }

        lock (_lock)
        {
            Stake stake = _stakes.GetValueOrDefault(bundleId, new Stake(UInt256.Zero, hasStrangers));
            if (wei > stake.Wei && wei - stake.Wei > RoomLocked(stake.HasStrangers))
            {
                return false;
            }

            _stakes[bundleId] = stake with { Wei = UInt256.Max(wei, stake.Wei) };
            return true;
        }
    }

    /// <summary>As <see cref="TryPut"/>, for what is signed already: there is nothing to decide.</summary>
    public void Put(Guid bundleId, UInt256 wei)
    {
        if (!IsBounded)
        {
            return;
        }

        lock (_lock)
        {
            Stake stake = _stakes.GetValueOrDefault(bundleId);
            _stakes[bundleId] = stake with { Wei = UInt256.Max(wei, stake.Wei) };
        }
    }

    /// <summary>Another node has the bundle, and what it may cost.</summary>
    public void Forget(Guid bundleId)
    {
        lock (_lock)
        {
            _stakes.Remove(bundleId);
        }
    }

    /// <summary>What became of the bundle is in the ledger; what it put in is free again when that was read.</summary>
    public void Settled(Guid bundleId)
    {
        lock (_lock)
        {
            if (_stakes.TryGetValue(bundleId, out Stake stake))
            {
                _stakes[bundleId] = stake with { IsSettled = true };
            }
        }
    }

    /// <summary>Reads the ledger. Before the first time there is no room.</summary>
    public async Task CountAsync(CancellationToken cancellationToken)
    {
        if (!IsBounded)
        {
            return;
        }

        await _counting.WaitAsync(cancellationToken);
        try
        {
            await CountInTurnAsync(cancellationToken);
        }
        finally
        {
            _counting.Release();
        }
    }

    /// <summary>One at a time: an older sum must not come after what was settled since is forgotten.</summary>
    private async Task CountInTurnAsync(CancellationToken cancellationToken)
    {
        Guid[] settled;
        lock (_lock)
        {
            settled = [.. _stakes.Where(stake => stake.Value.IsSettled).Select(stake => stake.Key)];
        }

        StoredRisk stored = await _ledger.RiskAsync(cancellationToken);
        IReadOnlyList<LedgerTotal> totals = await _ledger.TotalsAsync(null, null, cancellationToken);
        BigInteger net = totals.Aggregate(BigInteger.Zero, (sum, total) => sum + total.FeesReceived.ToBigInteger() - total.GasPaid.ToBigInteger());
        lock (_lock)
        {
            _net = net;
            _peak = BigInteger.Max(BigInteger.Max(_peak, net), stored.Peak.ToBigInteger());
            _elsewhere = stored.Stakes;
            foreach (Guid bundleId in settled)
            {
                _stakes.Remove(bundleId);
            }
        }
    }

    private UInt256 RoomLocked(bool hasStrangers)
    {
        if (!IsBounded)
        {
            return UInt256.MaxValue;
        }

        if (_net is not { } net)
        {
            return UInt256.Zero;
        }

        UInt256 lost = Positive(_peak - net);
        return RiskRoom.Of(_allowance, lost, Stakes(), hasStrangers);
    }

    private UInt256 AtRisk() => Stakes().Aggregate(UInt256.Zero, (sum, stake) => sum + stake.Wei);

    /// <summary>This node's, and those of the others as last read.</summary>
    private (UInt256 Wei, bool HasStrangers)[] Stakes() =>
    [
        .. _stakes.Values.Select(stake => (stake.Wei, stake.HasStrangers)),
        .. _elsewhere.Where(stake => !_stakes.ContainsKey(stake.BundleId)).Select(stake => (stake.Wei, stake.HasStrangers)),
    ];

    private static UInt256 Positive(BigInteger wei) => wei.Sign > 0 ? (UInt256)wei : UInt256.Zero;

    /// <summary>What one bundle has put in.</summary>
    private readonly record struct Stake(UInt256 Wei, bool HasStrangers)
    {
        public bool IsSettled { get; init; }
    }
}

/// <summary>How the purse stands, in wei.</summary>
/// <param name="Allowance">The operator's; 0: no bound.</param>
/// <param name="AtRisk">What the bundles in flight would cost if all of them reverted.</param>
/// <param name="Lost">How far the ledger is below its peak.</param>
public readonly record struct RiskStanding(UInt256 Allowance, UInt256 AtRisk, UInt256 Lost)
{
    public UInt256 Room => UInt256.SubtractToZero(Allowance, Lost + AtRisk);
}
