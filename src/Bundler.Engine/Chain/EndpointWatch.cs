using System.Runtime.CompilerServices;
using Bundler.Ethereum.Access;
using Microsoft.Extensions.Logging;

namespace Bundler.Engine.Chain;

/// <summary>How often endpoints are probed.</summary>
public sealed record EndpointWatchOptions
{
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(2);
}

/// <summary>Probes the endpoints of the chain, so that one that falls out comes back, and one that falls behind is noticed; says so when either happens.</summary>
internal sealed class EndpointWatch(
    EndpointPool pool, EndpointProbe probe, EndpointWatchOptions options, ILogger<EndpointWatch> logger, TimeProvider clock)
    : EngineLoop<bool>(logger, clock)
{
    private readonly Dictionary<Endpoint, EndpointVerdict> _told = [];

    protected override async IAsyncEnumerable<bool> Source([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // There is nothing to compare a single one to, and it is asked in any case.
        if (pool.IsSingle)
        {
            yield break;
        }

        using PeriodicTimer timer = new(options.Interval, Clock);
        do
        {
            yield return true;
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    protected override async Task StepAsync(bool item, CancellationToken cancellationToken)
    {
        Tell();
        await probe.AllAsync(cancellationToken);
        Tell();
    }

    private void Tell()
    {
        foreach (Endpoint endpoint in pool.All)
        {
            EndpointVerdict verdict = endpoint.Health.Verdict;
            EndpointState before = _told.TryGetValue(endpoint, out EndpointVerdict told) ? told.State : EndpointState.Unproven;
            if (verdict.State == before)
            {
                continue;
            }

            _told[endpoint] = verdict;
            if (verdict.IsFit)
            {
                logger.EndpointFit(endpoint.Name, endpoint.Host, endpoint.Health.Head);
            }
            else
            {
                logger.EndpointOut(endpoint.Name, endpoint.Host, verdict.State, verdict.Reason ?? "");
            }
        }
    }
}
