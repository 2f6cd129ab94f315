using System.Diagnostics;

namespace Bundler.Ethereum.JsonRpc;

/// <summary>W3C trace context to the Ethereum node for what is recorded, and for nothing else: the server makes ids for requests that nobody traces.</summary>
internal sealed class RecordedTracesOnly : DistributedContextPropagator
{
    private static readonly DistributedContextPropagator _w3c = CreateW3CPropagator();

    public override IReadOnlyCollection<string> Fields => _w3c.Fields;

    public override void Inject(Activity? activity, object? carrier, PropagatorSetterCallback? setter)
    {
        if (activity is { Recorded: true })
        {
            _w3c.Inject(activity, carrier, setter);
        }
    }

    public override void ExtractTraceIdAndState(object? carrier, PropagatorGetterCallback? getter, out string? traceId, out string? traceState) =>
        _w3c.ExtractTraceIdAndState(carrier, getter, out traceId, out traceState);

    public override IEnumerable<KeyValuePair<string, string?>>? ExtractBaggage(object? carrier, PropagatorGetterCallback? getter) => null;
}
