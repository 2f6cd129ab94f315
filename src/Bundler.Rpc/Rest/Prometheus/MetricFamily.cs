using System.Globalization;
using System.Text;

namespace Bundler.Rpc.Rest.Prometheus;

/// <summary>What Prometheus knows by one name: its help, its type, and its samples by their labels.</summary>
internal abstract class MetricFamily(string name, string? help, string type)
{
    protected string Name => name;

    protected abstract bool IsEmpty { get; }

    /// <param name="value">What was measured.</param>
    /// <param name="labels">As <see cref="LabelText"/> writes them.</param>
    public abstract void Measure(double value, string labels);

    /// <summary>Before observable instruments are asked: what is observed is only as true as its last observation.</summary>
    public virtual void Forget()
    {
    }

    public void Write(StringBuilder text)
    {
        if (IsEmpty)
        {
            return;
        }

        if (help is { Length: > 0 })
        {
            text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)}\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"# TYPE {name} {type}\n");
        WriteSamples(text);
    }

    protected abstract void WriteSamples(StringBuilder text);

    protected static void WriteSample(StringBuilder text, string sample, string labels, double value) =>
        text.Append(sample).Append(labels.Length > 0 ? $"{{{labels}}}" : "").Append(CultureInfo.InvariantCulture, $" {value:R}\n");
}
