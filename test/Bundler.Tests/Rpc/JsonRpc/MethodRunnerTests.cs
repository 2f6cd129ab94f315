using System.Text.Json;
using Bundler.Engine;
using Bundler.Ethereum.JsonRpc;
using Bundler.Ethereum.Primitives;
using Bundler.Rpc;
using Bundler.Rpc.JsonRpc;
using Microsoft.Extensions.Logging;

namespace Bundler.Tests.Rpc.JsonRpc;

/// <summary>What callers hear when something goes wrong: theirs, the world's, ours; and the deadline.</summary>
internal sealed class MethodRunnerTests
{
    private const string Call = """{"jsonrpc":"2.0","id":1,"method":"test_fails"}""";
    private const string Secret = "http://user:secret@node";

    private static IEnumerable<TestCaseData> Faults()
    {
        yield return new TestCaseData(new TransportException(TransportFault.Unreachable, Secret), -32000).SetArgDisplayNames("transport");
        yield return new TestCaseData(new JsonRpcException(new JsonRpcError(-32603, Secret)), -32000).SetArgDisplayNames("node error");
        yield return new TestCaseData(new CodecException("result", "hex must start with 0x"), -32000).SetArgDisplayNames("malformed node answer");
        yield return new TestCaseData(new CodecException("params[0].nonce", "hex must start with 0x"), -32602).SetArgDisplayNames("malformed parameter");
        yield return new TestCaseData(new StoreUnavailableException(Secret), -32000).SetArgDisplayNames("store");
        yield return new TestCaseData(new Bundler.Engine.Admission.TooManyWaitingException(), -32005).SetArgDisplayNames("turns");
        yield return new TestCaseData(new NodeStoppingException(), -32000).SetArgDisplayNames("stopping");
        yield return new TestCaseData(new TimeoutException(Secret), -32000).SetArgDisplayNames("timeout elsewhere");
        yield return new TestCaseData(new OperationCanceledException(Secret), -32000).SetArgDisplayNames("cancelled elsewhere");
        yield return new TestCaseData(new InvalidOperationException(Secret), -32603).SetArgDisplayNames("bug");
    }

    [TestCaseSource(nameof(Faults))]
    public async Task A_fault_has_its_code_and_keeps_its_text_to_itself(Exception fault, int code)
    {
        string answer = await Processors.With(StubMethod.Throws("test_fails", fault)).AskAsync(Call);

        Assert.That(Processors.CodeOf(answer), Is.EqualTo(code));
        Assert.That(answer, Does.Not.Contain("secret"));
    }

    [Test]
    public async Task A_bug_is_logged_with_the_id_that_the_caller_was_told()
    {
        RecordingLogger<JsonRpcProcessor> logger = new();
        JsonRpcProcessor processor = Processors.With(new RpcOptions(), logger, StubMethod.Throws("test_fails", new InvalidOperationException("bug")));

        string requestId = Processors.MessageOf(await processor.AskAsync(Call)).Split(' ')[^1];

        Assert.That(logger.Lines.Where(line => line.Level == LogLevel.Error).Select(line => line.Text), Is.EqualTo(new[] { $"Faulted in test_fails, request {requestId}, after 0 more of the kind" }));
    }

    [Test]
    public async Task A_bug_that_is_met_again_and_again_is_logged_once_of_each_kind()
    {
        RecordingLogger<JsonRpcProcessor> logger = new();
        int call = 0;
        StubMethod method = new("test_fails", _ => call++ % 2 == 0 ? throw new InvalidOperationException($"bug {call}") : throw new KeyNotFoundException($"bug {call}"));
        JsonRpcProcessor processor = Processors.With(new RpcOptions(), logger, method);

        for (int i = 0; i < 20; i++)
        {
            Assert.That(Processors.CodeOf(await processor.AskAsync(Call)), Is.EqualTo(-32603));
        }

        Assert.That(logger.Lines.Count(line => line.Level == LogLevel.Error), Is.EqualTo(2));
    }

    [Test]
    public async Task A_reply_that_fails_half_written_leaves_only_the_error()
    {
        StubMethod method = new("test_fails", _ => RpcReply.Of(writer =>
        {
            writer.WriteStartArray();
            writer.WriteStringValue(new string('x', 10_000));
            throw new InvalidOperationException("bug");
        }));

        string answer = await Processors.With(method, StubMethod.Echo).AskAsync($$"""[{{Call}},{"jsonrpc":"2.0","id":2,"method":"test_echo","params":["a"]}]""");

        JsonElement json = JsonElement.Parse(answer);
        Assert.That(Processors.CodeOf(json[0].GetRawText()), Is.EqualTo(-32603));
        Assert.That(json[1].GetProperty("result").GetString(), Is.EqualTo("a"));
    }

    [Test]
    public async Task A_reply_that_writes_nothing_is_our_fault()
    {
        string answer = await Processors.With(new StubMethod("test_fails", _ => RpcReply.Of(_ => { }))).AskAsync(Call);

        Assert.That(Processors.CodeOf(answer), Is.EqualTo(-32603));
    }

    [Test]
    public async Task A_call_that_heeds_its_token_is_ended_at_the_deadline()
    {
        StubMethod method = new("test_fails", async (_, cancellationToken) =>
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return RpcReply.Null;
        });

        string answer = await Processors.With(new RpcOptions { RequestTimeoutSeconds = 1 }, method).AskAsync(Call);

        Assert.That((Processors.CodeOf(answer), Processors.MessageOf(answer)), Is.EqualTo(((int?)-32002, "the request timed out after 1 s")));
    }

    [Test]
    public async Task A_call_that_waits_for_something_is_answered_when_the_node_waits_no_more()
    {
        using Drain drain = new();
        StubMethod method = new("test_fails", async (_, cancellationToken) =>
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return RpcReply.Null;
        });

        Task<string> answer = Processors.With(drain, method).AskAsync(Call);
        Assert.That(drain.IsAnswering, Is.True);
        await drain.EndAsync();

        Assert.That(Processors.MessageOf(await answer), Is.EqualTo("the node is busy or stopping, try again"));
        Assert.That(drain.IsAnswering, Is.False);
    }

    [Test]
    public async Task A_call_that_does_not_heed_its_token_is_left_behind_at_the_deadline_and_can_still_read_its_parameters()
    {
        TaskCompletionSource gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource<string> read = new();
        StubMethod method = new(
            "test_fails",
            async (given, _) =>
            {
                await gate.Task;
                read.SetResult(given.Text(0));
                return RpcReply.Null;
            },
            RpcParameter.Text("text"));

        string answer = await Processors.With(new RpcOptions { RequestTimeoutSeconds = 1 }, method)
            .AskAsync("""{"jsonrpc":"2.0","id":1,"method":"test_fails","params":["still here"]}""")
            .WaitAsync(TimeSpan.FromSeconds(10));
        gate.SetResult();

        Assert.That(Processors.CodeOf(answer), Is.EqualTo(-32002));
        Assert.That(await read.Task, Is.EqualTo("still here"));
    }

    [Test]
    public void A_caller_who_is_gone_gets_no_answer()
    {
        using CancellationTokenSource gone = new();
        StubMethod method = new("test_fails", async (_, cancellationToken) =>
        {
            await gone.CancelAsync();
            cancellationToken.ThrowIfCancellationRequested();
            return RpcReply.Null;
        });

        Assert.That(() => Processors.With(method).AskAsync(Call, gone.Token), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task Neither_parameters_nor_unknown_names_are_logged()
    {
        RecordingLogger<JsonRpcProcessor> logger = new();
        JsonRpcProcessor processor = Processors.With(new RpcOptions(), logger, StubMethod.Echo);

        await processor.AskAsync("""{"jsonrpc":"2.0","id":1,"method":"secret_method","params":["secret"]}""");
        await processor.AskAsync("""{"jsonrpc":"2.0","id":1,"method":"test_echo","params":["secret"]}""");
        await processor.AskAsync("""{"jsonrpc":"2.0","id":1,"method":"test_echo","params":["secret",1]}""");
        await processor.AskAsync("secret");

        Assert.That(logger.Lines, Has.Count.EqualTo(4));
        Assert.That(logger.Lines.Select(line => line.Text), Has.None.Contains("secret"));
    }
}
