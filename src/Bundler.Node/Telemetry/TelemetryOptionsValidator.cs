using Microsoft.Extensions.Options;

namespace Bundler.Node.Telemetry;

/// <summary>What attributes cannot say of <see cref="TelemetryOptions"/>.</summary>
internal sealed class TelemetryOptionsValidator : IValidateOptions<TelemetryOptions>
{
    public ValidateOptionsResult Validate(string? name, TelemetryOptions options)
    {
        List<string> faults = [];
        if (options.Endpoint.Length > 0)
        {
            if (!Uri.TryCreate(options.Endpoint, UriKind.Absolute, out Uri? url) || url.Scheme is not ("http" or "https"))
            {
                faults.Add("Endpoint must be an http or https URL");
            }
            else if (url.UserInfo.Length > 0 || url.Query.Length > 0)
            {
                faults.Add("Endpoint may have no credentials: OTEL_EXPORTER_OTLP_HEADERS is for them");
            }
        }

        if (options.Protocol is not ("" or TelemetryServices.HttpProtobuf or TelemetryServices.Grpc))
        {
            faults.Add($"Protocol must be {TelemetryServices.HttpProtobuf} or {TelemetryServices.Grpc}");
        }

        if (options.SampleRatio is < 0 or > 1)
        {
            faults.Add("SampleRatio must be between 0 and 1");
        }

        return faults.Count > 0 ? ValidateOptionsResult.Fail(faults) : ValidateOptionsResult.Success;
    }
}
