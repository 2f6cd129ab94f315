using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Bundler.Engine;
using Bundler.Ethereum.Primitives;

namespace Bundler.Paymaster.Deposits;

/// <summary>What is known of the deposits of our paymasters, and the gauges that tell it. One entry for each paymaster.</summary>
public sealed class DepositBook
{
    private const double WeiPerEther = 1e18;

    private readonly ConcurrentDictionary<Address, PaymasterDeposit> _known = new();

    public DepositBook(EngineMetrics metrics)
    {
        Gauge(metrics.Meter, "bundler.sponsor.deposit", "What a paymaster of ours has in its EntryPoint.", each => each.Deposit);
        Gauge(metrics.Meter, "bundler.sponsor.stake", "What it has staked there.", each => each.Stake);
        Gauge(metrics.Meter, "bundler.sponsor.liability", "What may still be taken of it: by living grants (reserved, signed, or in the pool), and by operations in the pool without one.", each => each.Liability.Owed);
        Gauge(metrics.Meter, "bundler.sponsor.unseen", "The part of it that is signed and in no pool of ours.", each => each.Liability.Unseen);
    }

    /// <summary>By address.</summary>
    public IReadOnlyList<PaymasterDeposit> All => [.. _known.Values.OrderBy(each => each.Paymaster.Address.ToString(), StringComparer.Ordinal)];

    /// <summary>As last read; <c>null</c>: never.</summary>
    public PaymasterDeposit? Find(Address paymaster) => _known.GetValueOrDefault(paymaster);

    internal void Write(PaymasterDeposit read) => _known[read.Paymaster.Address] = read;

    private void Gauge(Meter meter, string name, string sentence, Func<PaymasterDeposit, UInt256> amount) => meter.CreateObservableGauge(
        name,
        () => _known.Values.Select(each => new Measurement<double>(
            (double)amount(each) / WeiPerEther, new KeyValuePair<string, object?>("paymaster", each.Paymaster.Address.ToString()))),
        "{ether}", sentence);
}
