using System.Text.Json;
using System.Text.Json.Nodes;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.Tests.Ethereum.Client;

public sealed class DebugClientTests
{
    private static readonly Address Target = Address.Parse("0x00000000000000000000000000000000000000bb");

    [Test]
    public async Task Traces_a_call_with_a_tracer_its_config_and_overrides()
    {
        FakeNode node = new FakeNode().Answers("debug_traceCall", new JsonObject { ["type"] = "CALL" });

        JsonElement trace = await new DebugClient(node).TraceCallAsync(
            new CallRequest { To = Target },
            BlockTag.Latest,
            "{ result: () => '<\"é\">' }",
            new JsonObject { ["withLog"] = true },
            StateOverride.Of(Target, new AccountOverride { Balance = 1 }),
            new BlockOverride { Time = 5 },
            TimeSpan.FromSeconds(2.5),
            default);

        Assert.That(trace.GetProperty("type").GetString(), Is.EqualTo("CALL"));
        JsonElement options = node.ParamsOf("debug_traceCall")[0][2];
        Assert.That(options.GetProperty("tracer").GetString(), Is.EqualTo("{ result: () => '<\"é\">' }"));
        Assert.That(options.GetProperty("tracerConfig").GetRawText(), Is.EqualTo("""{"withLog":true}"""));
        Assert.That(options.GetProperty("timeout").GetString(), Is.EqualTo("2500ms"));
        Assert.That(options.GetProperty("stateOverrides").GetRawText(), Is.EqualTo($$$"""{"{{{Target.ToLowerHex()}}}":{"balance":"0x1"}}"""));
        Assert.That(options.GetProperty("blockOverrides").GetRawText(), Is.EqualTo("""{"time":"0x5"}"""));
    }

    [Test]
    public async Task Traces_a_mined_transaction()
    {
        FakeNode node = new FakeNode().Answers("debug_traceTransaction", new JsonObject());

        await new DebugClient(node).TraceTransactionAsync(Hash32.Zero, "callTracer", null, TimeSpan.FromSeconds(1), default);

        Assert.That(
            node.ParamsOf("debug_traceTransaction")[0].GetRawText(), Is.EqualTo($$"""["{{Hash32.Zero}}",{"tracer":"callTracer","timeout":"1000ms"}]"""));
    }
}
