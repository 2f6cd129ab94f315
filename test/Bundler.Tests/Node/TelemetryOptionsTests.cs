using Bundler.Node.Configuration;
using Bundler.Node.Telemetry;
using Microsoft.Extensions.Configuration;

namespace Bundler.Tests.Node;

public sealed class TelemetryOptionsTests
{
    [Test]
    public void Nothing_is_sent_unless_somebody_says_where_to() => Assert.That(IsWanted(new TelemetryOptions()), Is.False);

    [Test]
    public void An_endpoint_in_the_configuration_or_in_a_standard_variable_says_so()
    {
        Assert.That(IsWanted(new TelemetryOptions { Endpoint = "http://collector:4317" }), Is.True);
        Assert.That(IsWanted(new TelemetryOptions(), ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4317")), Is.True);
        Assert.That(IsWanted(new TelemetryOptions(), ("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", "http://collector:4318/v1/logs")), Is.True);
    }

    [Test]
    public void The_standard_switch_turns_it_off() => Assert.That(
        IsWanted(new TelemetryOptions { Endpoint = "http://collector:4317" }, ("OTEL_SDK_DISABLED", "true")), Is.False);

    [TestCase("collector:4317", "", null, "Endpoint must be an http or https URL")]
    [TestCase("ftp://collector", "", null, "Endpoint must be an http or https URL")]
    [TestCase("http://user:secret@collector", "", null, "Endpoint may have no credentials: OTEL_EXPORTER_OTLP_HEADERS is for them")]
    [TestCase("http://collector?key=secret", "", null, "Endpoint may have no credentials: OTEL_EXPORTER_OTLP_HEADERS is for them")]
    [TestCase("http://collector", "udp", null, "Protocol must be http/protobuf or grpc")]
    [TestCase("", "", 1.5, "SampleRatio must be between 0 and 1")]
    public void What_cannot_be_is_told(string endpoint, string protocol, double? ratio, string expected) => Assert.That(
        new TelemetryOptionsValidator().Validate(null, new TelemetryOptions { Endpoint = endpoint, Protocol = protocol, SampleRatio = ratio }).Failures,
        Is.EqualTo(new[] { expected }));

    [Test]
    public void The_standard_variables_come_under_their_own_names_and_no_others()
    {
        Dictionary<string, string> environment = new() { ["OTEL_SERVICE_NAME"] = "one", ["PATH"] = "/bin", ["BUNDLER__RPC__PORT"] = "1" };

        Assert.That(ConfigurationFiles.OfOpenTelemetry(environment).Settings, Is.EqualTo(new Dictionary<string, string?> { ["OTEL_SERVICE_NAME"] = "one" }));
    }

    private static bool IsWanted(TelemetryOptions options, params (string Name, string Value)[] variables) => TelemetryServices.IsWanted(
        options, new ConfigurationBuilder().AddInMemoryCollection(variables.Select(each => KeyValuePair.Create(each.Name, (string?)each.Value))).Build());
}
