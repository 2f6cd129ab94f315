using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;
using Bundler.Engine;

namespace Bundler.Rpc.Rest.Prometheus;

/// <summary>
/// Collects the node's and the runtime's instruments and writes them in the text format of Prometheus (0.0.4). A stranger to the
/// instruments: whatever else listens to them, such as an OTLP exporter, sees the same.
/// </summary>
internal sealed class PrometheusText : IDisposable
{
    private const string RuntimeMeter = "System.Runtime";

    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, MetricFamily> _families = new(StringComparer.Ordinal);
    private readonly Lock _one = new();

    public PrometheusText()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name is EngineMetrics.MeterName or RuntimeMeter)
            {
                listener.EnableMeasurementEvents(instrument, _families.GetOrAdd(NameOf(instrument), name => Family(name, instrument)));
            }
        };
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, state) => ((MetricFamily)state!).Measure(value, LabelText.Of(tags)));
        _listener.SetMeasurementEventCallback<int>(static (_, value, tags, state) => ((MetricFamily)state!).Measure(value, LabelText.Of(tags)));
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, state) => ((MetricFamily)state!).Measure(value, LabelText.Of(tags)));
        _listener.Start();
    }

    public string Write()
    {
        StringBuilder text = new();
        lock (_one)
        {
            foreach (MetricFamily family in _families.Values)
            {
                family.Forget();
            }

            _listener.RecordObservableInstruments();
            foreach ((_, MetricFamily family) in _families.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                family.Write(text);
            }
        }

        return text.ToString();
    }

    public void Dispose() => _listener.Dispose();

    /// <summary>bundler.ledger.gas_paid in wei is bundler_ledger_gas_paid_wei; counters end in _total.</summary>
    private static string NameOf(Instrument instrument)
    {
        StringBuilder name = new(instrument.Name.Replace('.', '_'));
        string unit = instrument.Unit switch
        {
            null or "" or ['{', ..] => "",
            "s" => "seconds",
            "By" => "bytes",
            var other => other,
        };
        if (unit.Length > 0)
        {
            name.Append('_').Append(unit);
        }

        return name.Append(IsCounter(instrument) ? "_total" : "").ToString();
    }

    private static MetricFamily Family(string name, Instrument instrument) => instrument switch
    {
        Histogram<double> histogram => new HistogramFamily(name, histogram.Description, histogram.Advice?.HistogramBucketBoundaries),
        Histogram<long> histogram => new HistogramFamily(name, histogram.Description, histogram.Advice?.HistogramBucketBoundaries?.Select(bound => (double)bound)),
        _ when IsCounter(instrument) => new ValueFamily(name, instrument.Description, "counter", instrument.IsObservable ? ValueKind.Observed : ValueKind.Summed),
        _ when instrument.IsObservable => new ValueFamily(name, instrument.Description, "gauge", ValueKind.Observed),
        _ => new ValueFamily(name, instrument.Description, "gauge", Is(instrument, typeof(Gauge<>)) ? ValueKind.Last : ValueKind.Summed),
    };

    private static bool IsCounter(Instrument instrument) => Is(instrument, typeof(Counter<>)) || Is(instrument, typeof(ObservableCounter<>));

    private static bool Is(Instrument instrument, Type kind) => instrument.GetType().GetGenericTypeDefinition() == kind;
}
