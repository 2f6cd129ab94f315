using Bundler.Engine.Chain;
using Bundler.Engine.Fleet;
using Microsoft.Extensions.Logging;

namespace Bundler.Engine.Inclusion;

/// <summary>Heads and outcomes of bundles, one at a time, into the index and the settlement. Signals only wake it.</summary>
internal sealed class InclusionLoop(
    InclusionSignals signals, ChainIndex index, PoolOpening opening, OutcomeSettling outcomes, Finality finality, Duties duties, ILogger<InclusionLoop> logger,
    TimeProvider clock)
    : EngineLoop<bool>(logger, clock)
{
    private readonly ILogger _logger = logger;

    protected override async Task PrepareAsync(CancellationToken cancellationToken) =>
        await index.StartAsync(await signals.FirstHeadAsync(cancellationToken), cancellationToken);

    protected override IAsyncEnumerable<bool> Source(CancellationToken cancellationToken) => signals.ReadAsync(cancellationToken);

    protected override async Task StepAsync(bool item, CancellationToken cancellationToken)
    {
        try
        {
            await StepHeldAsync(cancellationToken);
        }
        catch (LeaseLostException lost)
        {
            _logger.Fenced(lost.Fence.Name, lost.Fence.Number);
            duties.Refused(lost.Fence);
        }
    }

    private async Task StepHeldAsync(CancellationToken cancellationToken)
    {
        if (signals.Head is { } head)
        {
            await index.FollowDutiesAsync(head, cancellationToken);
            await index.CheckForkAsync(head, cancellationToken);
            await index.CatchUpAsync(head.Number, cancellationToken);
            await opening.LookAsync(head, cancellationToken);
        }

        await outcomes.SettleAsync(cancellationToken);
        await finality.AdvanceAsync(cancellationToken);
    }
}
