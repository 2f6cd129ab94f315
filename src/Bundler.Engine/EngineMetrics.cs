using System.Diagnostics.Metrics;
using Bundler.Engine.Bundling.Money;
using Bundler.Engine.Chain;
using Bundler.Engine.Following;
using Bundler.Engine.Inclusion;
using Bundler.Engine.Ledger;
using Bundler.Engine.Pool;
using Bundler.Engine.Submission;
using Bundler.Engine.Submission.Signers;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine;

/// <summary>
/// Every instrument of the engine, named once. Amounts are doubles, as all metrics are: the ledger has the exact numbers. What a
/// reorganisation may take back is a gauge, the rest are counters.
/// </summary>
public sealed class EngineMetrics : IDisposable
{
    /// <summary>The meter of all rooms of the node.</summary>
    public const string MeterName = "Bundler";

    private readonly Counter<long> _operations;
    private readonly Counter<long> _bundles;
    private readonly Counter<long> _reorganisations;
    private readonly Counter<long> _blocksLeft;
    private readonly Counter<long> _looks;
    private readonly Counter<long> _waits;
    private readonly Counter<long> _doubts;
    private readonly Counter<long> _lacks;

    public EngineMetrics()
    {
        _operations = Meter.CreateCounter<long>("bundler.operations", null, "Steps in the life of operations, by the state that they reached.");
        _bundles = Meter.CreateCounter<long>("bundler.bundles", null, "What became of bundles: sent (each version), mined, reverted, abandoned.");
        _reorganisations = Meter.CreateCounter<long>("bundler.reorganisations", null, "Reorganisations of the chain that the index went through.");
        _blocksLeft = Meter.CreateCounter<long>("bundler.reorganised_blocks", null, "Indexed blocks that left the chain.");
        _looks = Meter.CreateCounter<long>("bundler.last_looks", null, "Bundles on the pending block before they were signed: passed, spoiled, or refused by the node.");
        _waits = Meter.CreateCounter<long>("bundler.risk.waits", null, "Operations left out of a bundle because the purse had no room for it: of strangers, or of anybody.");
        _doubts = Meter.CreateCounter<long>("bundler.doubts", null, "Readings of the index that were not believed, because they contradict what is known, and were asked for again.");
        _lacks = Meter.CreateCounter<long>("bundler.ledger.lacks", null, "Mined transactions of ours that the ledger lacks: their receipt is too large, and the node does not trace.");
    }

    public Meter Meter { get; } = new(MeterName);

    internal void Happened(OperationEvent happened) => _operations.Add(
        1, new("state", happened.Status.State.ToString().ToLowerInvariant()), new("entry_point", happened.EntryPoint.ToString()));

    internal void Settled(SubmissionOutcome outcome) => _bundles.Add(
        1,
        new("outcome", outcome switch
        {
            SubmissionOutcome.Sent => "sent",
            SubmissionOutcome.Mined { Receipt.Success: true } => "mined",
            SubmissionOutcome.Mined => "reverted",
            _ => "abandoned",
        }),
        new("entry_point", outcome.EntryPoint.ToString()));

    internal void Looked(string outcome) => _looks.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    internal void Waited(bool isStranger) => _waits.Add(1, new KeyValuePair<string, object?>("who", isStranger ? "strangers" : "anybody"));

    internal void Doubted() => _doubts.Add(1);

    internal void LedgerLacks() => _lacks.Add(1);

    internal void Reorganised(int depth)
    {
        _reorganisations.Add(1);
        _blocksLeft.Add(depth);
    }

    /// <summary>What is looked at whenever somebody measures; no I/O.</summary>
    internal void Watch(HeadFeed heads, Mempools mempools, SignerPool signers, ChainIndex index, LedgerTally ledger, RiskPurse purse)
    {
        Meter.CreateObservableGauge("bundler.head", () => (long)(heads.Latest?.Number ?? 0), null, "The newest block.");
        Meter.CreateObservableGauge("bundler.index", () => (long)(index.Mark?.Number ?? 0), null, "The highest block in the index.");
        Meter.CreateObservableGauge(
            "bundler.mempool.operations",
            () => mempools.All.Select(pool => new Measurement<long>(pool.Count, Of(pool.EntryPoint))),
            null,
            "Operations in the mempool.");
        Meter.CreateObservableGauge(
            "bundler.signer.balance",
            () => signers.Addresses
                .Select(address => (Address: address, Balance: signers.BalanceOf(address)))
                .Where(signer => signer.Balance is not null)
                .Select(signer => new Measurement<double>((double)signer.Balance!.Value, new KeyValuePair<string, object?>("signer", signer.Address.ToString()))),
            "wei",
            "Balance of a signer, as last seen.");
        WatchRisk("allowance", "How far the ledger may fall below its peak by bundles that revert.", purse, standing => standing.Allowance);
        WatchRisk("at_risk", "What the bundles in flight cost if they revert.", purse, standing => standing.AtRisk);
        WatchRisk("lost", "How far the ledger is below its peak.", purse, standing => standing.Lost);
        WatchLedger("gas_paid", "wei", "What mined transactions of ours cost.", ledger, total => (double)total.GasPaid);
        WatchLedger("gas_lost", "wei", "What reverted bundles and cancellations cost.", ledger, total => (double)total.GasLost);
        WatchLedger("fees_received", "wei", "What mined bundles of ours brought.", ledger, total => (double)total.FeesReceived);
        WatchLedger("bundles", null, "Mined bundles of ours that succeeded.", ledger, total => total.Bundles);
        WatchLedger("reverted", null, "Mined bundles of ours that reverted.", ledger, total => total.Reverted);
        WatchLedger("cancellations", null, "Mined transactions that only used up a nonce.", ledger, total => total.Cancellations);
        WatchLedger("operations", null, "Operations that mined bundles of ours included.", ledger, total => total.Operations);
    }

    /// <summary>What other nodes of the fleet stored, as far as this one has read.</summary>
    internal void Watch(ChangeMemory memory)
    {
        Meter.CreateObservableCounter("bundler.changes.followed", () => memory.Changes, null, "Changes of other nodes that this node has put into its memory.");
        Meter.CreateObservableCounter("bundler.changes.loads", () => memory.Loads, null, "How often everything had to be loaded anew, because changes were deleted before this node had read them.");
        Meter.CreateObservableGauge("bundler.changes.sequence", () => memory.Applied, null, "The newest change of the fleet that this node knows.");
    }

    private void WatchRisk(string name, string description, RiskPurse purse, Func<RiskStanding, UInt256> value) =>
        Meter.CreateObservableGauge($"bundler.risk.{name}", () => (double)value(purse.Standing), "wei", description);

    public void Dispose() => Meter.Dispose();

    private void WatchLedger(string name, string? unit, string description, LedgerTally ledger, Func<LedgerTotal, double> value) =>
        Meter.CreateObservableGauge(
            $"bundler.ledger.{name}",
            () => ledger.Totals.Select(total => new Measurement<double>(
                value(total), new("signer", total.Signer.ToString()), new("entry_point", total.EntryPoint.ToString()))),
            unit,
            description);

    private static KeyValuePair<string, object?> Of(EntryPoint entryPoint) => new("entry_point", entryPoint.Address.ToString());
}
