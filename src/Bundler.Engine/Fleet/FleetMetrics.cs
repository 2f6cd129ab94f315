using System.Diagnostics.Metrics;

namespace Bundler.Engine.Fleet;

/// <summary>What the fleet does with this node's duties.</summary>
internal sealed class FleetMetrics
{
    private readonly Counter<long> _takeovers;
    private readonly Counter<long> _losses;

    public FleetMetrics(EngineMetrics metrics, Duties duties)
    {
        _takeovers = metrics.Meter.CreateCounter<long>("bundler.takeovers", null, "Duties that this node took up from others.");
        _losses = metrics.Meter.CreateCounter<long>("bundler.leases.lost", null, "Duties that this node lost without giving them back.");
        metrics.Meter.CreateObservableCounter(
            "bundler.leases.refused", () => duties.Refusals.Select(refused => new Measurement<long>(refused.Value, Of(refused.Key))), null,
            "What was not written or sent because another node has the duty, or may have it.");
        metrics.Meter.CreateObservableGauge(
            "bundler.leases.held", () => duties.Names.Select(name => new Measurement<long>(1, Of(name))), null, "Duties that this node has.");
    }

    public void Took(string duty) => _takeovers.Add(1, Of(duty));

    public void Lost(string duty) => _losses.Add(1, Of(duty));

    private static KeyValuePair<string, object?> Of(string duty) => new("name", duty);
}
