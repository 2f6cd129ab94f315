using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using Bundler.Engine;

namespace Bundler.Rpc.Rest;

/// <summary>
/// Collects the node's and the runtime's instruments and writes them in the text format of Prometheus (0.0.4). A stranger to the
/// instruments: whatever else listens to them, such as an OTLP exporter, sees the same.
/// </summary>
internal sealed class PrometheusText : IDisposable
{
    private const string RuntimeMeter = "System.Runtime";

    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, Series> _series = new(StringComparer.Ordinal);
    private readonly Lock _one = new();

    public PrometheusText()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name is EngineMetrics.MeterName or RuntimeMeter)
            {
                listener.EnableMeasurementEvents(instrument, _series.GetOrAdd(NameOf(instrument), _ => new Series(instrument)));
            }
        };
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, state) => ((Series)state!).Measure(value, tags));
        _listener.SetMeasurementEventCallback<int>(static (_, value, tags, state) => ((Series)state!).Measure(value, tags));
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, state) => ((Series)state!).Measure(value, tags));
        _listener.Start();
    }

    public string Write()
    {
        StringBuilder text = new();
        lock (_one)
        {
            foreach (Series series in _series.Values)
            {
                series.Forget();
            }

            _listener.RecordObservableInstruments();
            foreach ((string name, Series series) in _series.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                series.Write(text, name);
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

    private static bool IsCounter(Instrument instrument) => Is(instrument, typeof(Counter<>)) || Is(instrument, typeof(ObservableCounter<>));

    private static bool Is(Instrument instrument, Type kind) => instrument.GetType().GetGenericTypeDefinition() == kind;

    /// <summary>One instrument's values by their labels.</summary>
    private sealed class Series(Instrument instrument)
    {
        private readonly ConcurrentDictionary<string, double> _values = new(StringComparer.Ordinal);

        public void Measure(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            string labels = Labels(tags);
            if (instrument.IsObservable || Is(instrument, typeof(Gauge<>)))
            {
                _values[labels] = value;
            }
            else
            {
                _values.AddOrUpdate(labels, value, (_, sum) => sum + value);
            }
        }

        /// <summary>What is observed is only as true as its last observation.</summary>
        public void Forget()
        {
            if (instrument.IsObservable)
            {
                _values.Clear();
            }
        }

        public void Write(StringBuilder text, string name)
        {
            if (_values.IsEmpty)
            {
                return;
            }

            if (instrument.Description is { Length: > 0 } description)
            {
                text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {description.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)}\n");
            }

            text.Append(CultureInfo.InvariantCulture, $"# TYPE {name} {(IsCounter(instrument) ? "counter" : "gauge")}\n");
            foreach ((string labels, double value) in _values.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                text.Append(CultureInfo.InvariantCulture, $"{name}{labels} {value:R}\n");
            }
        }

        private static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            if (tags.IsEmpty)
            {
                return "";
            }

            StringBuilder labels = new("{");
            foreach ((string key, object? value) in tags)
            {
                string text = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
                string escaped = text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
                labels.Append(labels.Length > 1 ? "," : "").Append(key.Replace('.', '_')).Append("=\"").Append(escaped).Append('"');
            }

            return labels.Append('}').ToString();
        }
    }
}
