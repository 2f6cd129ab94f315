using System.Text.Json;
using System.Text.Json.Nodes;
using Bundler.Engine.Reputation;
using Bundler.Engine.Validation;
using Bundler.Engine.Validation.Tracing;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;
using Microsoft.Extensions.Options;

namespace Bundler.Tests.Engine.Validation.Tracing;

/// <summary>What a fault of a bundle's trace is taken for: the bundle's, or the node's.</summary>
public sealed class BundleTracerTests
{
    private const string TraceCall = "debug_traceCall";
    private const string Frame = """{ "type": "CALL", "from": "0x00000000000000000000000000000000000000aa", "to": "0x00000000000000000000000000000000000000bb", "gas": "0x5", "gasUsed": "0x3" }""";
    private const string SmallFrame = """{ "root": { "t": "CALL", "f": "0x00000000000000000000000000000000000000aa", "a": "0x00000000000000000000000000000000000000bb", "g": 5, "u": 4 }, "logs": [] }""";

    private FakeNode _node = null!;

    [SetUp]
    public void SetUp() => _node = new FakeNode().Answers("eth_blockNumber", "0x1");

    [TestCase(TransportFault.TooLarge, 0)]
    [TestCase(null, -32008)]
    public async Task What_is_too_large_is_traced_again_without_what_nobody_reads(TransportFault? fault, int code)
    {
        Of(bundle: () => throw Failure(fault, code, "Response is too big"), small: () => JsonNode.Parse(SmallFrame));

        BundleCheck check = await CheckAsync();

        Assert.That((check.Succeeded, check.GasUsed), Is.EqualTo((true, 4ul)));
    }

    [TestCase(TransportFault.TooLarge, 0, "its trace exceeds 16777216 bytes")]
    [TestCase(null, -32008, "its trace is larger than the Ethereum node answers")]
    [TestCase(TransportFault.Timeout, 0, "validation could not be traced within 3 s")]
    [TestCase(TransportFault.HttpStatus, 504, "it could not be traced (HTTP 504)")]
    [TestCase(null, -32603, "the Ethereum node does not run it: no")]
    public async Task A_fault_of_this_trace_alone_is_the_bundles(TransportFault? fault, int code, string reason)
    {
        Of(bundle: () => throw Failure(fault, code, code == -32603 ? "no" : "Response is too big"), small: () => throw Failure(null, -32602, "tracer not found"));

        Assert.That((await CheckAsync()).Fault?.Reason, Is.EqualTo(reason));
    }

    [Test]
    public async Task An_answer_that_is_no_trace_is_the_bundles_when_others_are_traced()
    {
        Of(bundle: () => "0x", small: () => null);

        Assert.That((await CheckAsync()).Fault?.Reason, Does.StartWith("its trace cannot be read"));
    }

    [TestCase(-32603, "no")]
    [TestCase(-32000, "header not found")]
    [TestCase(-32005, "rate limit")]
    public void What_the_node_refuses_everybody_is_nobodys_fault(int code, string message)
    {
        _node.Refuses(TraceCall, code, message);

        Assert.That(CheckAsync, Throws.TypeOf<JsonRpcException>());
    }

    /// <summary>A call of nothing is always traced.</summary>
    private void Of(Func<JsonNode?> bundle, Func<JsonNode?> small) => _node.On(
        TraceCall,
        parameters => parameters[2].GetProperty("tracer").GetString() != BundleTracer.Quick ? small()
            : parameters[0].TryGetProperty("gas", out JsonElement _) ? bundle()
            : JsonNode.Parse(Frame));

    private Task<BundleCheck> CheckAsync()
    {
        (EthClient eth, DebugClient debug) = (new EthClient(_node), new DebugClient(_node));
        BundleValidator validator = new(
            new JsTracer(eth, debug, Options.Create(new ValidationOptions())), eth, debug, new StakePolicy(A.Chain), TimeProvider.System);
        return validator.CheckAsync(
            [new ValidatedOperation(A.EntryPoint, A.UserOperation(), A.Validation())], Bytes.Empty, A.Account, 1_000, TimeSpan.FromSeconds(3), CancellationToken.None);
    }

    private static Exception Failure(TransportFault? fault, int code, string message) => fault is { } silent
        ? new TransportException(silent, "no answer") { StatusCode = code == 0 ? null : code, Bound = new AnswerBounds().Trace }
        : new JsonRpcException(new JsonRpcError(code, message));
}
