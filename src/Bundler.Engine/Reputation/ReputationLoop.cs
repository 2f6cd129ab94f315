using System.Runtime.CompilerServices;
using Bundler.Engine.Fleet;
using Microsoft.Extensions.Logging;

namespace Bundler.Engine.Reputation;

/// <summary>Writes changed counters to the store every second and when the node stops, and decays all of them every hour.</summary>
internal sealed class ReputationLoop(ReputationLedger ledger, Duties duties, ILogger<ReputationLoop> logger, TimeProvider clock)
    : EngineLoop<long>(logger, clock)
{
    private static readonly TimeSpan FlushEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan DecayEvery = TimeSpan.FromHours(1);

    private readonly ILogger _logger = logger;
    private long _decayedAt = clock.GetTimestamp();

    protected override async IAsyncEnumerable<long> Source([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using PeriodicTimer timer = new(FlushEvery, Clock);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            yield return Clock.GetTimestamp();
        }
    }

    protected override async Task StepAsync(long now, CancellationToken cancellationToken)
    {
        // The monotonic clock: a jump of the wall clock must not decay anything.
        if (Clock.GetElapsedTime(_decayedAt, now) >= DecayEvery)
        {
            if (duties.Indexes)
            {
                ledger.Decay();
            }

            _decayedAt = now;
        }

        await ledger.FlushAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await ledger.FlushAsync(cancellationToken);
        }
        catch (StoreUnavailableException fault)
        {
            // The counters of the last second; they are no reason not to end in peace.
            _logger.CountersNotStored(fault);
        }
    }
}
