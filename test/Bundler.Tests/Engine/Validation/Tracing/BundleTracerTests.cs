using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bundler.Engine.Reputation;
using Bundler.Engine.Validation;
using Bundler.Engine.Validation.Tracing;
using Bundler.Erc4337;
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

    /// <summary>handleOps with one innerHandleOp of 0x17 calls, which charged 0x2a wei.</summary>
    private const string LeanFrame = """
        { "weights": [[CALLS, 100]], "root": { "t": "CALL", "f": "0x00000000000000000000000000000000000000aa", "a": "ENTRYPOINT", "g": 5, "u": 4, "i": "0x", "c": [
          { "t": "CALL", "f": "ENTRYPOINT", "a": "ENTRYPOINT", "g": 5, "u": 4, "i": "0x0042dc53",
            "o": "0x000000000000000000000000000000000000000000000000000000000000002a", "c": [] }] } }
        """;

    private static readonly UserOperation _operation = A.UserOperation();

    private FakeNode _node = null!;
    private BundleValidator? _validator;

    [SetUp]
    public void SetUp()
    {
        _node = new FakeNode().Answers("eth_blockNumber", "0x1");
        _validator = null;
    }

    [Test]
    public async Task What_tells_the_cost_to_the_last_gas_needs_no_other_trace()
    {
        Of(full: () => throw Failure(TransportFault.TooLarge, 0, ""), lean: () => Lean(calls: 17));

        BundleCheck check = await CheckAsync(_operation with { MaxFeePerGas = 7, MaxPriorityFeePerGas = 7 });

        Assert.That((check.Succeeded, check.GasUsed, check.IsExact, check.Operations[0].ActualGasUsed), Is.EqualTo((true, 4ul, true, (UInt256)6)));
        Assert.That(_node.CountOf(TraceCall), Is.EqualTo(1));
    }

    [Test]
    public async Task A_cost_that_no_price_divides_is_asked_of_the_logs()
    {
        Of(full: () => JsonNode.Parse(Frame), lean: () => Lean(calls: 17));

        Assert.That((await CheckAsync()).GasUsed, Is.EqualTo(3ul));
    }

    [TestCase(TransportFault.TooLarge, 0)]
    [TestCase(TransportFault.Timeout, 0)]
    [TestCase(null, -32008)]
    public async Task Where_the_logs_are_too_much_what_the_calls_tell_is_enough(TransportFault? fault, int code)
    {
        Of(full: () => throw Failure(fault, code, "Response is too big"), lean: () => Lean(calls: 17));

        BundleCheck check = await CheckAsync();

        Assert.That((check.Succeeded, check.GasUsed, check.IsExact), Is.EqualTo((true, 4ul, false)));
    }

    [Test]
    public async Task A_heavy_operation_is_never_traced_with_all_that_it_carries()
    {
        Of(full: () => throw new AssertionException("traced"), lean: () => Lean(calls: 1_000));

        BundleCheck check = await CheckAsync();

        Assert.That((check.Succeeded, check.Weights[0].IsHeavy), Is.EqualTo((true, true)));
    }

    [TestCase(TransportFault.TooLarge, 0, "its trace exceeds 16777216 bytes")]
    [TestCase(null, -32008, "its trace is larger than the Ethereum node answers")]
    [TestCase(TransportFault.Timeout, 0, "validation could not be traced within 3 s")]
    [TestCase(TransportFault.HttpStatus, 504, "it could not be traced (HTTP 504)")]
    [TestCase(null, -32603, "the Ethereum node does not run it: no")]
    public async Task Without_JavaScript_a_fault_of_this_trace_alone_is_the_bundles(TransportFault? fault, int code, string reason)
    {
        Of(full: () => throw Failure(fault, code, code == -32603 ? "no" : "Response is too big"), lean: () => throw Failure(null, -32602, "tracer not found"));

        Assert.That((await CheckAsync()).Fault?.Reason, Is.EqualTo(reason));
        Assert.That((await CheckAsync()).Fault?.Reason, Is.EqualTo(reason));
    }

    [Test]
    public async Task An_answer_that_is_no_trace_is_the_bundles_when_others_are_traced()
    {
        Of(full: () => "0x", lean: () => null);

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

    private static JsonNode? Lean(int calls) => JsonNode.Parse(LeanFrame
        .Replace("ENTRYPOINT", A.EntryPoint.Address.ToLowerHex(), StringComparison.Ordinal)
        .Replace("CALLS", calls.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));

    /// <summary>A call of nothing is always traced, by a tracer that the node has.</summary>
    private void Of(Func<JsonNode?> full, Func<JsonNode?> lean) => _node.On(
        TraceCall,
        parameters => parameters[2].GetProperty("tracer").GetString() != BundleTracer.Full ? lean()
            : parameters[0].TryGetProperty("gas", out JsonElement _) ? full()
            : JsonNode.Parse(Frame));

    private Task<BundleCheck> CheckAsync() => CheckAsync(_operation with { MaxFeePerGas = 100, MaxPriorityFeePerGas = 9 });

    private Task<BundleCheck> CheckAsync(UserOperation operation)
    {
        (EthClient eth, DebugClient debug) = (new EthClient(_node), new DebugClient(_node));
        _validator ??= new BundleValidator(
            new JsTracer(eth, debug, Options.Create(new ValidationOptions()), TimeProvider.System), eth, debug, new StakePolicy(A.Chain), TimeProvider.System);
        return _validator.CheckAsync(
            [new ValidatedOperation(A.EntryPoint, operation, A.Validation())], Bytes.Empty, A.Account, 1_000, [2], TimeSpan.FromSeconds(3), CancellationToken.None);
    }

    private static Exception Failure(TransportFault? fault, int code, string message) => fault is { } silent
        ? new TransportException(silent, "no answer") { StatusCode = code == 0 ? null : code, Bound = new AnswerBounds().Trace }
        : new JsonRpcException(new JsonRpcError(code, message));
}
