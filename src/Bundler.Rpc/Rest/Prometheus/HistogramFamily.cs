using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace Bundler.Rpc.Rest.Prometheus;

/// <summary>A histogram: for each set of labels how many measurements were at most each bound, their sum and their count.</summary>
internal sealed class HistogramFamily(string name, string? help, IEnumerable<double>? bounds) : MetricFamily(name, help, "histogram")
{
    /// <summary>Where an instrument advises no bounds: seconds of a request.</summary>
    private static readonly double[] RequestSeconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private readonly double[] _bounds = [.. bounds ?? RequestSeconds];
    private readonly ConcurrentDictionary<string, Buckets> _buckets = new(StringComparer.Ordinal);

    protected override bool IsEmpty => _buckets.IsEmpty;

    public override void Measure(double value, string labels)
    {
        int place = Array.FindIndex(_bounds, bound => value <= bound);
        _buckets.GetOrAdd(labels, _ => new Buckets(_bounds.Length + 1)).Add(place < 0 ? _bounds.Length : place, value);
    }

    protected override void WriteSamples(StringBuilder text)
    {
        foreach ((string labels, Buckets buckets) in _buckets.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            (long[] counts, double sum) = buckets.Read();
            long total = 0;
            for (int i = 0; i < counts.Length; i++)
            {
                total += counts[i];
                string bound = i < _bounds.Length ? _bounds[i].ToString("R", CultureInfo.InvariantCulture) : "+Inf";
                WriteSample(text, $"{Name}_bucket", $"{labels}{(labels.Length > 0 ? "," : "")}le=\"{bound}\"", total);
            }

            WriteSample(text, $"{Name}_sum", labels, sum);
            WriteSample(text, $"{Name}_count", labels, total);
        }
    }

    /// <summary>The measurements of one set of labels; what is read is of one moment.</summary>
    private sealed class Buckets(int count)
    {
        private readonly Lock _lock = new();
        private readonly long[] _counts = new long[count];
        private double _sum;

        public void Add(int place, double value)
        {
            lock (_lock)
            {
                _counts[place]++;
                _sum += value;
            }
        }

        public (long[] Counts, double Sum) Read()
        {
            lock (_lock)
            {
                return ([.. _counts], _sum);
            }
        }
    }
}
