namespace Bundler.Node.Telemetry;

/// <summary>What goes to an OpenTelemetry collector. The standard variables (<c>OTEL_EXPORTER_OTLP_ENDPOINT</c> and the others) count where a key is empty.</summary>
internal sealed class TelemetryOptions
{
    public const string Section = "Bundler:Telemetry";

    /// <summary>The collector, http or https; empty: OTEL_EXPORTER_OTLP_ENDPOINT says where, and without that nothing is sent.</summary>
    public string Endpoint { get; set; } = "";

    /// <summary>http/protobuf or grpc; empty: OTEL_EXPORTER_OTLP_PROTOCOL, or grpc.</summary>
    public string Protocol { get; set; } = "";

    /// <summary>The share of operations without a caller's trace context that are traced; <c>null</c>: OTEL_TRACES_SAMPLER, or all.</summary>
    public double? SampleRatio { get; set; }

    /// <summary>Spans are sent.</summary>
    public bool Traces { get; set; } = true;

    /// <summary>Metrics are sent; the Prometheus page is there whatever this says.</summary>
    public bool Metrics { get; set; } = true;

    /// <summary>Log lines are sent, with the ids of their spans.</summary>
    public bool Logs { get; set; } = true;
}
