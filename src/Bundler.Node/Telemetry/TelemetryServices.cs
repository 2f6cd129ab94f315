using Bundler.Engine;
using Bundler.Engine.Telemetry;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Bundler.Node.Telemetry;

/// <summary>Spans, metrics and log lines to an OpenTelemetry collector, if there is one; else nothing listens and nothing is measured.</summary>
internal static class TelemetryServices
{
    public const string Grpc = "grpc";
    public const string HttpProtobuf = "http/protobuf";

    /// <summary>The standard variables that name a collector: for all, for spans, for metrics, for log lines.</summary>
    private static readonly string[] _endpoints =
    [
        "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT",
    ];

    /// <summary>The spans of the HTTP server and of requests to the Ethereum node, which the runtime makes itself.</summary>
    private static readonly string[] _ofTheRuntime = ["Microsoft.AspNetCore", "System.Net.Http"];

    public static IServiceCollection AddTelemetry(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<TelemetryOptions>().Bind(configuration.GetSection(TelemetryOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<TelemetryOptions>, TelemetryOptionsValidator>();
        TelemetryOptions options = Read(configuration);
        if (!IsWanted(options, configuration))
        {
            return services;
        }

        OpenTelemetryBuilder telemetry = services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("bundler", serviceVersion: typeof(TelemetryServices).Assembly.GetName().Version!.ToString(3)));
        if (options.Traces)
        {
            telemetry.WithTracing(tracing =>
            {
                tracing.AddSource(Stations.SourceName).AddSource(_ofTheRuntime);
                if (options.SampleRatio is { } ratio)
                {
                    tracing.SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(ratio)));
                }

                tracing.AddOtlpExporter(exporter => Point(exporter, options, "traces"));
            });
        }

        if (options.Metrics)
        {
            telemetry.WithMetrics(metrics => metrics.AddMeter(EngineMetrics.MeterName).AddOtlpExporter(exporter => Point(exporter, options, "metrics")));
        }

        if (options.Logs)
        {
            telemetry.WithLogging(logging => logging.AddOtlpExporter(exporter => Point(exporter, options, "logs")), logs => logs.IncludeFormattedMessage = true);
        }

        return services;
    }

    /// <summary>Somebody said where to, and nobody said no (<c>OTEL_SDK_DISABLED</c>).</summary>
    internal static bool IsWanted(TelemetryOptions options, IConfiguration configuration) =>
        !string.Equals(configuration["OTEL_SDK_DISABLED"], "true", StringComparison.OrdinalIgnoreCase)
        && (options.Endpoint.Length > 0 || Array.Exists(_endpoints, name => configuration[name] is { Length: > 0 }));

    /// <summary>Values that cannot be read are told where all options are checked.</summary>
    private static TelemetryOptions Read(IConfiguration configuration)
    {
        try
        {
            return configuration.GetSection(TelemetryOptions.Section).Get<TelemetryOptions>() ?? new TelemetryOptions();
        }
        catch (InvalidOperationException)
        {
            return new TelemetryOptions();
        }
    }

    private static void Point(OtlpExporterOptions exporter, TelemetryOptions options, string signal)
    {
        if (options.Protocol.Length > 0)
        {
            exporter.Protocol = options.Protocol == Grpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;
        }

        if (Uri.TryCreate(options.Endpoint, UriKind.Absolute, out Uri? endpoint))
        {
            // An endpoint that is set here is taken as it is: over HTTP each kind has a path of its own.
            exporter.Endpoint = exporter.Protocol == OtlpExportProtocol.HttpProtobuf
                ? new Uri($"{endpoint.ToString().TrimEnd('/')}/v1/{signal}")
                : endpoint;
        }
    }
}
