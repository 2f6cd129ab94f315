using System.Net.Http.Json;
using System.Text.Json;
using Bundler.ChainTests.Inclusion;
using Bundler.Engine.Telemetry;
using Bundler.Erc4337;
using Bundler.Testing;
using Bundler.Testing.Telemetry;

namespace Bundler.ChainTests.Telemetry;

/// <summary>A node that sends to a collector: the way of an operation is one tree of spans, from the caller's own span to the block.</summary>
public sealed class TelemetryTests
{
    private const string CallersTrace = "0af7651916cd43dd8448eb211c80319c";
    private const string CallersSpan = "b7ad6b7169203331";

    private static readonly TimeSpan _deadline = Eventually.Patience;

    private static readonly string[] _underTheRequest =
        [Stations.Rpc, Stations.Admission, Stations.Facts, Stations.Trace, Stations.Judge, Stations.Store];

    private static readonly string[] _afterwards =
        [Stations.Take, Stations.SecondValidation, Stations.ThirdValidation, Stations.Sign, Stations.Send, Stations.Included];

    private InclusionRig _rig = null!;
    private OtlpReceiver _collector = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _rig = await InclusionRig.StartAsync(withNode: false);
        _collector = await OtlpReceiver.StartAsync();
        Dictionary<string, string> environment = new()
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = _collector.Url.ToString(),
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "100",
            ["OTEL_BLRP_SCHEDULE_DELAY"] = "100",
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "1000",
        };
        await _rig.StartNodeWithAsync(environment);
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        await _rig.DisposeAsync();
        await _collector.DisposeAsync();
    }

    [Test]
    public async Task The_way_of_an_operation_is_one_tree_under_the_callers_span()
    {
        SimpleAccountWallet wallet = await _rig.WalletAsync();
        string hash = await SendTracedAsync(wallet, InclusionRig.Operation(wallet), CallersTrace);
        IReadOnlyList<ReceivedSpan> spans = await SpansAsync(CallersTrace, Stations.Included);

        AssertOneTree(spans);
        Assert.That(spans.Select(span => span.Name), Is.SupersetOf(_underTheRequest).And.SupersetOf(_afterwards));
        string admission = spans.Single(span => span.Name == Stations.Admission).SpanId;
        Assert.That(spans.Where(span => _afterwards.Contains(span.Name)).Select(span => span.ParentId), Is.All.EqualTo(admission));
        Assert.That(
            spans.Where(span => _afterwards.Contains(span.Name)).Select(span => span.Attributes[Stations.UserOpHash]), Is.All.EqualTo(hash));
        Assert.That(spans.Where(span => span.End < span.Start), Is.Empty);
        Assert.That(_rig.Node.Output, Does.Not.Contain("OpenTelemetry"));
    }

    [Test]
    public async Task Log_lines_carry_the_ids_of_their_span_and_the_meters_come_along()
    {
        string trace = CallersTrace.Replace('0', 'c');
        SimpleAccountWallet wallet = await _rig.WalletAsync();
        await SendTracedAsync(wallet, InclusionRig.Operation(wallet), trace);

        await Eventually.Async(
            () => _collector.Logs.Any(log => log.TraceId == trace && log.Body.Contains("Admitted", StringComparison.OrdinalIgnoreCase)),
            _deadline,
            "the line of the admission has come");
        await Eventually.Async(() => _collector.Metrics.Contains("bundler.operations"), _deadline, "the meters have come");
    }

    [Test]
    public async Task A_refusal_is_an_error_with_its_code_and_leaves_no_later_span()
    {
        string trace = CallersTrace.Replace('0', 'a');
        SimpleAccountWallet wallet = await _rig.WalletAsync();
        UserOperation unsigned = InclusionRig.Operation(wallet) with { Signature = Bundler.Ethereum.Primitives.Bytes.From(new byte[65]) };
        await OfferTracedAsync(wallet, unsigned, trace);
        IReadOnlyList<ReceivedSpan> spans = await SpansAsync(trace, Stations.Rpc);

        AssertOneTree(spans);
        ReceivedSpan admission = spans.Single(span => span.Name == Stations.Admission);
        Assert.That(admission.IsError, Is.True);
        Assert.That(admission.Attributes[Stations.RefusalCode], Is.EqualTo("-32500"));
        Assert.That(spans.Select(span => span.Name).Intersect(_afterwards), Is.Empty);
    }

    [Test]
    public async Task After_a_kill_the_next_life_goes_on_in_the_same_tree()
    {
        string trace = CallersTrace.Replace('0', 'b');
        await _rig.Anvil.RpcAsync("evm_setAutomine", false);
        SimpleAccountWallet wallet = await _rig.WalletAsync();
        await SendTracedAsync(wallet, InclusionRig.Operation(wallet), trace);
        await SpansAsync(trace, Stations.Rpc);
        await _rig.Node.KillAsync();
        await _rig.RestartNodeAsync();
        await _rig.Anvil.RpcAsync("evm_setAutomine", true);
        await _rig.Anvil.RpcAsync("evm_mine");
        IReadOnlyList<ReceivedSpan> spans = await SpansAsync(trace, Stations.Included);

        AssertOneTree(spans);
        Assert.That(
            spans.Last(span => span.Name == Stations.Included).ParentId, Is.EqualTo(spans.Single(span => span.Name == Stations.Admission).SpanId));
    }

    private static void AssertOneTree(IReadOnlyList<ReceivedSpan> spans)
    {
        HashSet<string> known = [.. spans.Select(span => span.SpanId), CallersSpan];
        Assert.That(spans.Where(span => !known.Contains(span.ParentId)).Select(span => span.Name), Is.Empty, "no span is an orphan");
        Assert.That(spans.Count(span => span.ParentId == CallersSpan), Is.EqualTo(1), "one span is the caller's child");
    }

    private async Task<IReadOnlyList<ReceivedSpan>> SpansAsync(string trace, string last)
    {
        IReadOnlyList<ReceivedSpan> Of() => [.. _collector.Spans.Where(span => span.TraceId == trace)];
        await Eventually.Async(
            () => Of() is var spans && spans.Any(span => span.Name == last) && spans.Any(span => span.ParentId == CallersSpan),
            _deadline,
            $"the span {last} and that of the POST have come");
        return Of();
    }

    private async Task<string> SendTracedAsync(SimpleAccountWallet wallet, UserOperation operation, string trace) =>
        (await OfferTracedAsync(wallet, operation, trace)).GetProperty("result").GetString()!;

    private async Task<JsonElement> OfferTracedAsync(SimpleAccountWallet wallet, UserOperation operation, string trace)
    {
        using HttpClient http = new();
        using HttpRequestMessage request = new(HttpMethod.Post, _rig.Node.Url)
        {
            Content = JsonContent.Create(new
            {
                jsonrpc = "2.0",
                id = 1,
                method = "eth_sendUserOperation",
                @params = new object[] { OperationWire.Of(wallet.EntryPoint, operation), wallet.EntryPoint.Address.ToString() },
            }),
        };
        request.Headers.Add("traceparent", $"00-{trace}-{CallersSpan}-01");
        using HttpResponseMessage response = await http.SendAsync(request);
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }
}
