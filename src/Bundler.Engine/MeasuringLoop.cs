using System.Runtime.CompilerServices;
using Bundler.Engine.Bundling.Money;
using Bundler.Engine.Chain;
using Bundler.Engine.Inclusion;
using Bundler.Engine.Ledger;
using Bundler.Engine.Pool;
using Bundler.Engine.Submission.Signers;
using Microsoft.Extensions.Logging;

namespace Bundler.Engine;

/// <summary>Counts what happens to operations, and lets the rest be measured.</summary>
internal sealed class MeasuringLoop(
    OperationFeed feed, EngineMetrics metrics, HeadFeed heads, Mempools mempools, SignerPool signers, ChainIndex index, LedgerTally ledger, RiskPurse purse,
    ILogger<MeasuringLoop> logger, TimeProvider clock)
    : EngineLoop<OperationEvent>(logger, clock)
{
    protected override Task PrepareAsync(CancellationToken cancellationToken)
    {
        metrics.Watch(heads, mempools, signers, index, ledger, purse);
        return Task.CompletedTask;
    }

    protected override async IAsyncEnumerable<OperationEvent> Source([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using OperationSubscription place = feed.Subscribe();
        await foreach (OperationEvent happened in place.Events.ReadAllAsync(cancellationToken))
        {
            yield return happened;
        }
    }

    protected override Task StepAsync(OperationEvent item, CancellationToken cancellationToken)
    {
        // Where it happened it is counted.
        if (!item.IsElsewhere)
        {
            metrics.Happened(item);
        }

        return Task.CompletedTask;
    }
}
