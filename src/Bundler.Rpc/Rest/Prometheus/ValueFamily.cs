using System.Collections.Concurrent;
using System.Text;

namespace Bundler.Rpc.Rest.Prometheus;

/// <summary>A counter or a gauge: one value for each set of labels.</summary>
internal sealed class ValueFamily(string name, string? help, string type, ValueKind kind) : MetricFamily(name, help, type)
{
    private readonly ConcurrentDictionary<string, double> _values = new(StringComparer.Ordinal);

    protected override bool IsEmpty => _values.IsEmpty;

    public override void Measure(double value, string labels) =>
        _values.AddOrUpdate(labels, value, (_, before) => kind == ValueKind.Summed ? before + value : value);

    public override void Forget()
    {
        if (kind == ValueKind.Observed)
        {
            _values.Clear();
        }
    }

    protected override void WriteSamples(StringBuilder text)
    {
        foreach ((string labels, double value) in _values.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            WriteSample(text, Name, labels, value);
        }
    }
}
