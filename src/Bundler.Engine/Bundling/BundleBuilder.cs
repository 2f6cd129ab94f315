using Bundler.Engine.Bundling.Checks;
using Bundler.Engine.Bundling.Choosing;
using Bundler.Engine.Bundling.Money;
using Bundler.Engine.Chain;
using Bundler.Engine.Development;
using Bundler.Engine.Gas;
using Bundler.Engine.Pool;
using Bundler.Engine.Telemetry;
using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Bundling;

/// <summary>
/// Takes the best paid operations that fit together, validates each again, then all of them as one handleOps, and gives a bundle that will
/// not fail, or none. What fails is dropped with its reason and held against whoever caused it.
/// </summary>
public sealed class BundleBuilder(
    BundleChoice choice, SecondValidation second, JointChecks checks, BundleAssembly assembly, FeeOracle fees, RiskPurse purse)
{
    /// <summary>A bundle of the mempool's best operations, or <c>null</c> when there is nothing that can go now. Its operations are taken.</summary>
    public async Task<Bundle?> BuildAsync(Mempool pool, ChainHead head, Address signer, CancellationToken cancellationToken)
    {
        long since = Stations.Now;
        FeeQuote quote = await fees.CurrentAsync(cancellationToken);
        await purse.CountAsync(cancellationToken);
        IReadOnlyList<MempoolEntry> inFlight = pool.InFlight();
        IReadOnlyList<MempoolEntry> taken = pool.Take(choice.Choose(pool, quote));
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
            kept = await second.RunAsync(pool, kept, head, cancellationToken);
            Stations.Record(Stations.SecondValidation, taken, since);
            since = Stations.Now;
            FaultSwitch.Pass(FaultPoint.AfterSecondValidation);
            kept = choice.StillFitting(pool, new BundleDraft(pool.EntryPoint, quote, inFlight), kept);
            CheckedBundle? passed = await checks.RunAsync(pool, kept, quote, head, signer, cancellationToken);
            FaultSwitch.Pass(FaultPoint.AfterThirdValidation);
            Stations.Record(Stations.ThirdValidation, kept, since, new KeyValuePair<string, object?>("bundle.operations", passed?.Entries.Count ?? 0));
            Bundle? bundle = passed is null ? null : assembly.Assemble(passed, signer);
            bundle = bundle is not null && purse.TryPut(bundle, quote) ? bundle : null;
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
        purse.Settled(bundle.Id);
    }
}
