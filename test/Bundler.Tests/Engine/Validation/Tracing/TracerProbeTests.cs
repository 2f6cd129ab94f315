using System.Text.Json.Nodes;
using Bundler.Engine.Validation;
using Bundler.Engine.Validation.Tracing;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Bundler.Tests.Engine.Validation.Tracing;

public sealed class TracerProbeTests
{
    private const string NativeAnswer =
        """{"type":"CALL","from":"0x4337433743374337433743374337433743374337","gas":"0x1","gasUsed":"0x1","input":"0x","usedOpcodes":{}}""";

    private const string JsAnswer =
        """
        {"root":{"t":"CALL","f":"0x4337433743374337433743374337433743374337","a":"0x4337433743374337433743374337433743374337","g":1,"u":1,"i":"0x"},
         "keccak":[],"cut":false}
        """;

    [Test]
    public async Task The_nodes_own_tracer_comes_first() =>
        Assert.That((await FindAsync(new FakeNode().Answers("debug_traceCall", JsonNode.Parse(NativeAnswer)))).Name, Is.EqualTo("erc7562Tracer"));

    [Test]
    public async Task The_nodes_own_tracer_is_told_what_to_ignore()
    {
        FakeNode node = new FakeNode().Answers("debug_traceCall", JsonNode.Parse(NativeAnswer));
        await FindAsync(node);

        string ignored = node.ParamsOf("debug_traceCall")[0][2].GetProperty("tracerConfig").GetProperty("ignoredOpcodes").ToString();
        Assert.That(ignored, Does.Contain("\"0x9f\"").And.Not.Contain("\"0x42\"").And.Not.Contain("\"0x5a\""));
    }

    [Test]
    public async Task Where_it_is_unknown_JavaScript_is_tried() =>
        Assert.That((await FindAsync(OnlyJavaScript())).Name, Is.EqualTo("javascript"));

    [Test]
    public void Without_any_the_node_does_not_validate() =>
        Assert.That(
            () => FindAsync(new FakeNode()),
            Throws.TypeOf<TracerMissingException>().With.Message.Contains("Bundler:Validation:Unsafe").And.Message.Contains("erc7562Tracer"));

    [Test]
    public async Task Without_any_but_told_to_be_unsafe_it_says_so()
    {
        ITraceSource source = await FindAsync(new FakeNode(), new ValidationOptions { Unsafe = true });

        Assert.That((source.Name, source.SeesOpcodes), Is.EqualTo(("none (unsafe)", false)));
    }

    [Test]
    public void A_node_that_does_not_answer_is_no_node_without_tracers() =>
        Assert.That(() => FindAsync(new FakeNode().Fails("debug_traceCall")), Throws.TypeOf<TransportException>());

    [Test]
    public async Task The_node_is_asked_once()
    {
        FakeNode node = OnlyJavaScript();
        ProbedTraceSource source = new(Probe(node, new ValidationOptions()));
        CallRequest call = new() { To = A.Contract };

        Assert.That(source.Name, Is.EqualTo("not asked yet"));
        await source.TraceAsync(call, BlockTag.Latest, null, CancellationToken.None);
        await source.TraceAsync(call, BlockTag.Latest, null, CancellationToken.None);

        Assert.That(node.CountOf("debug_traceCall"), Is.EqualTo(4), "two questions, two traces");
        Assert.That(source.Name, Is.EqualTo("javascript"));
    }

    [TestCase("erc7562Tracer", true)]
    [TestCase("javascript", true)]
    [TestCase("none (unsafe)", false)]
    public void What_was_found_before_is_known_without_asking(string name, bool seesOpcodes)
    {
        FakeNode node = new();
        ProbedTraceSource source = new(new TracerProbe(
            new EthClient(node), new DebugClient(node), Options.Create(new ValidationOptions()), TimeProvider.System, NullLogger<TracerProbe>.Instance, new FoundTracer(name)));

        Assert.That((source.Name, source.SeesOpcodes), Is.EqualTo((name, seesOpcodes)));
        Assert.That(node.CountOf("debug_traceCall"), Is.Zero);
    }

    [Test]
    public void A_trace_that_takes_too_long_is_told_from_a_node_in_trouble()
    {
        FakeNode node = new FakeNode().Refuses("debug_traceCall", -32000, "execution timeout");
        JsTracer tracer = new(new EthClient(node), new DebugClient(node), Options.Create(new ValidationOptions()), TimeProvider.System);

        Assert.That(
            () => tracer.TraceAsync(new CallRequest(), BlockTag.Latest, null, CancellationToken.None),
            Throws.TypeOf<UntraceableException>().With.Message.EqualTo("validation could not be traced within 10 s"));
    }

    [Test]
    public void A_trace_without_an_answer_is_too_slow_when_the_node_answers_otherwise()
    {
        FakeNode node = new FakeNode().Fails("debug_traceCall", TransportFault.Timeout).Answers("eth_blockNumber", "0x1");

        Assert.That(() => TraceAsync(node), Throws.TypeOf<UntraceableException>());
    }

    [Test]
    public void A_node_that_answers_nothing_says_nothing_about_the_operation()
    {
        FakeNode node = new FakeNode().Fails("debug_traceCall", TransportFault.Timeout).Fails("eth_blockNumber", TransportFault.Timeout);

        Assert.That(() => TraceAsync(node), Throws.TypeOf<TransportException>());
    }

    [Test]
    public async Task Without_tracers_eth_call_tells_only_whether_the_entry_point_accepts()
    {
        FakeNode node = new FakeNode().Refuses("eth_call", 3, "execution reverted", "0x1234");
        ValidationTrace refused = await new NoTracer(new EthClient(node)).TraceAsync(new CallRequest { Gas = 5 }, BlockTag.Latest, null, CancellationToken.None);

        Assert.That(refused.ReachedExecution, Is.False);
        Assert.That(refused.Root.Output, Is.EqualTo(Bytes.Parse("0x1234")));
        Assert.That(node.ParamsOf("eth_call")[0][0].TryGetProperty("gas", out _), Is.False);
    }

    private static FakeNode OnlyJavaScript() => new FakeNode().On(
        "debug_traceCall",
        parameters => parameters[2].GetProperty("tracer").GetString() == "erc7562Tracer"
            ? throw new JsonRpcException(new JsonRpcError(-32602, "unsupported tracer type"))
            : JsonNode.Parse(JsAnswer));

    private static Task<ITraceSource> FindAsync(FakeNode node, ValidationOptions? options = null) =>
        Probe(node, options ?? new ValidationOptions()).FindAsync(CancellationToken.None);

    private static TracerProbe Probe(FakeNode node, ValidationOptions options) =>
        new(new EthClient(node), new DebugClient(node), Options.Create(options), TimeProvider.System, NullLogger<TracerProbe>.Instance);

    private static Task<ValidationTrace> TraceAsync(FakeNode node) =>
        new JsTracer(new EthClient(node), new DebugClient(node), Options.Create(new ValidationOptions()), TimeProvider.System)
            .TraceAsync(new CallRequest(), BlockTag.Latest, null, CancellationToken.None);
}
