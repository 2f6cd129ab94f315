using System.Text.Json.Nodes;
using Bundler.Engine.Gas;
using Bundler.Engine.Validation;
using Bundler.Engine.Validation.Tracing;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.JsonRpc;
using Bundler.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Bundler.Tests.Engine.Gas;

/// <summary>Where a node cannot tell what an operation does, the estimate stands as it was found.</summary>
internal sealed class DeedTracerTests
{
    private FakeNode _node = null!;

    [SetUp]
    public void Begin() => _node = new FakeNode();

    [Test]
    public async Task A_node_that_runs_without_a_tracer_is_not_asked()
    {
        IOptions<ValidationOptions> options = Options.Create(new ValidationOptions { Unsafe = true, Tracer = TracerChoice.None });

        Assert.That(await RunAsync(options, new FoundTracer("none (unsafe)")), Is.Empty);
        Assert.That(_node.Requests, Is.Empty);
    }

    [Test]
    public async Task A_node_that_refuses_is_silent_or_talks_nonsense_leaves_the_limits()
    {
        IOptions<ValidationOptions> options = Options.Create(new ValidationOptions());
        _node.Refuses("debug_traceCall", -32601, "the method does not exist");
        Assert.That(await RunAsync(options), Is.Empty);

        _node.On("debug_traceCall", _ => throw new TransportException(TransportFault.Timeout, "no answer"));
        Assert.That(await RunAsync(options), Is.Empty);

        _node.Answers("debug_traceCall", new JsonObject { ["answer"] = 42 });
        Assert.That(await RunAsync(options), Is.Empty);
    }

    private Task<Deed[]> RunAsync(IOptions<ValidationOptions> options, FoundTracer? found = null)
    {
        EthClient eth = new(_node);
        DebugClient debug = new(_node);
        ProbedTraceSource traces = new(new TracerProbe(eth, debug, options, TimeProvider.System, NullLogger<TracerProbe>.Instance, found));
        return new DeedTracer(debug, traces, options).RunAsync([new CallRequest { To = A.AddressOf(1) }], StateOverride.Empty, CancellationToken.None);
    }
}
