using System.Text.Json;
using System.Text.Json.Nodes;
using Bundler.Ethereum.JsonRpc;
using Bundler.Testing;

namespace Bundler.Tests.Ethereum.JsonRpc;

public sealed class WebSocketTransportTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    [Test]
    public async Task Matches_answers_by_id_when_they_come_in_another_order()
    {
        JsonNode? first = null;
        await using LocalNode node = await LocalNode.StartAsync(onMessage: async (socket, request) =>
        {
            if (first is null)
            {
                first = request;
                return;
            }

            await socket.AnswerAsync(request, (string?)request["method"]);
            await socket.AnswerAsync(first, (string?)first["method"]);
        });
        await using WebSocketTransport transport = To(node);

        Task<JsonElement> a = transport.SendAsync(JsonRpcRequest.Create("a"), default);
        Task<JsonElement> b = transport.SendAsync(JsonRpcRequest.Create("b"), default);

        Assert.That((await a).GetString(), Is.EqualTo("a"));
        Assert.That((await b).GetString(), Is.EqualTo("b"));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Matches_the_answers_of_a_batch_in_one_message_or_in_several(bool together)
    {
        await using LocalNode node = await LocalNode.StartAsync(onMessage: async (socket, batch) =>
        {
            JsonNode[] answers = [.. batch.AsArray().Reverse().Select(request =>
                new JsonObject { ["id"] = request!["id"]!.DeepClone(), ["result"] = (string?)request["method"] })];
            foreach (JsonNode message in together ? [new JsonArray(answers)] : answers)
            {
                await socket.SendAsync(message);
            }
        });
        await using WebSocketTransport transport = To(node);

        IReadOnlyList<JsonRpcResponse> responses = await transport.SendBatchAsync([JsonRpcRequest.Create("a"), JsonRpcRequest.Create("b")], default);

        Assert.That(responses.Select(response => response.Result.GetString()), Is.EqualTo(new[] { "a", "b" }));
    }

    [Test]
    public async Task A_batch_that_is_not_answered_in_full_is_a_fault()
    {
        await using LocalNode node = await LocalNode.StartAsync(onMessage: (socket, batch) =>
            socket.SendAsync(new JsonArray(new JsonObject { ["id"] = batch[0]!["id"]!.DeepClone(), ["result"] = 1 })));
        await using WebSocketTransport transport = To(node);

        Assert.That(
            () => transport.SendBatchAsync([JsonRpcRequest.Create("a"), JsonRpcRequest.Create("b")], default),
            Throws.TypeOf<TransportException>().With.Property(nameof(TransportException.Fault)).EqualTo(TransportFault.Malformed));
    }

    [Test]
    public async Task An_error_of_the_node_is_told()
    {
        await using LocalNode node = await LocalNode.StartAsync(onMessage: (socket, request) => socket.SendAsync(
            new JsonObject { ["id"] = request["id"]!.DeepClone(), ["error"] = new JsonObject { ["code"] = 3, ["message"] = "no" } }));
        await using WebSocketTransport transport = To(node);

        JsonRpcException? refusal = await Assert.ThrowsAsync<JsonRpcException>(() => transport.SendAsync(JsonRpcRequest.Create("a"), default));

        Assert.That(refusal!.Error, Is.EqualTo(new JsonRpcError(3, "no")));
    }

    [Test]
    public async Task What_waits_fails_when_the_connection_breaks_and_the_next_request_finds_a_new_one()
    {
        await using LocalNode node = await LocalNode.StartAsync(onMessage: async (socket, request) =>
        {
            if ((string?)request["method"] == "answer")
            {
                await socket.AnswerAsync(request, "yes");
            }
        });
        await using WebSocketTransport transport = To(node);
        await transport.SendAsync(JsonRpcRequest.Create("answer"), default);
        Task<JsonElement> waiting = transport.SendAsync(JsonRpcRequest.Create("silence"), default);

        node.CutSockets();

        Assert.That(() => waiting, Throws.TypeOf<TransportException>().With.Property(nameof(TransportException.Fault)).EqualTo(TransportFault.Unreachable));
        await Eventually.Async(() => !transport.IsConnected || node.Sockets.Count == 1, Deadline, "the transport noticed");
        await Eventually.Async(() => transport.IsConnected, Deadline, "the transport connected again");
        Assert.That((await transport.SendAsync(JsonRpcRequest.Create("answer"), default)).GetString(), Is.EqualTo("yes"));
    }

    [Test]
    public async Task A_request_waits_for_the_connection_as_long_as_for_its_answer()
    {
        await using LocalNode node = await LocalNode.StartAsync(onMessage: (socket, request) => socket.AnswerAsync(request, 1));
        node.AcceptsSockets = false;
        await using WebSocketTransport patient = To(node);
        await using WebSocketTransport impatient = To(node, options => options with { Timeout = TimeSpan.FromMilliseconds(50) });
        Task<JsonElement> waiting = patient.SendAsync(JsonRpcRequest.Create("a"), default);

        Assert.That(
            () => impatient.SendAsync(JsonRpcRequest.Create("a"), default),
            Throws.TypeOf<TransportException>().With.Property(nameof(TransportException.Fault)).EqualTo(TransportFault.Timeout));
        await Eventually.Async(() => patient.LastFault is not null, Deadline, "the first attempt failed");
        node.AcceptsSockets = true;

        Assert.That((await waiting).GetInt32(), Is.EqualTo(1));
    }

    [Test]
    public async Task A_silent_node_times_out_and_its_late_answer_harms_nobody()
    {
        JsonNode? late = null;
        await using LocalNode node = await LocalNode.StartAsync(onMessage: async (socket, request) =>
        {
            if (late is null)
            {
                late = request;
                return;
            }

            await socket.AnswerAsync(late, "late");
            await socket.AnswerAsync(request, "prompt");
        });
        await using WebSocketTransport transport = To(node, options => options with { Timeout = TimeSpan.FromMilliseconds(300) });

        Assert.That(
            () => transport.SendAsync(JsonRpcRequest.Create("a"), default),
            Throws.TypeOf<TransportException>().With.Property(nameof(TransportException.Fault)).EqualTo(TransportFault.Timeout));

        Assert.That((await transport.SendAsync(JsonRpcRequest.Create("b"), default)).GetString(), Is.EqualTo("prompt"));
    }

    [Test]
    public async Task More_requests_than_may_wait_are_refused()
    {
        await using LocalNode node = await LocalNode.StartAsync(onMessage: (_, _) => Task.CompletedTask);
        await using WebSocketTransport transport = To(node, options => options with { MaxPending = 1 });
        transport.Start();
        await Eventually.Async(() => transport.IsConnected, Deadline, "the transport connected");
        using CancellationTokenSource giveUp = new();
        Task<JsonElement> waiting = transport.SendAsync(JsonRpcRequest.Create("a"), giveUp.Token);

        Assert.That(
            () => transport.SendAsync(JsonRpcRequest.Create("b"), default),
            Throws.TypeOf<TransportException>().With.Property(nameof(TransportException.Fault)).EqualTo(TransportFault.Overloaded));
        giveUp.Cancel();
        Assert.That(() => waiting, Throws.InstanceOf<OperationCanceledException>());
    }

    [TestCase("\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"", TransportFault.TooLarge)]
    [TestCase("<html>", TransportFault.Malformed)]
    [TestCase("{\"id\":null,\"error\":{\"code\":-32600,\"message\":\"no\"}}", TransportFault.Malformed)]
    public async Task A_message_beyond_all_bounds_breaks_the_connection(string message, TransportFault expected)
    {
        await using LocalNode node = await LocalNode.StartAsync(onMessage: (socket, _) => socket.SendAsync(message));
        await using WebSocketTransport transport = To(node, options => options with { Bounds = new AnswerBounds { Whole = 100 } });

        Assert.That(
            () => transport.SendAsync(JsonRpcRequest.Create("a"), default),
            Throws.TypeOf<TransportException>().With.Property(nameof(TransportException.Fault)).EqualTo(expected));
    }

    [Test]
    public async Task An_answer_beyond_its_bound_is_the_end_of_its_request_and_of_no_other()
    {
        JsonNode? other = null;
        await using LocalNode node = await LocalNode.StartAsync(onMessage: async (socket, request) =>
        {
            if ((string?)request["method"] == "b")
            {
                other = request;
                return;
            }

            await socket.SendAsync($"{{\"jsonrpc\":\"2.0\",\"id\":{request["id"]},\"result\":\"{new string('a', 300_000)}\"}}");
            await socket.AnswerAsync(other!, "b");
        });
        await using WebSocketTransport transport = To(node, options => options with { Bounds = new AnswerBounds { Trace = 50_000 } });
        Task<JsonElement> waiting = transport.SendAsync(JsonRpcRequest.Create("b"), default);
        await Eventually.Async(() => other is not null, Deadline, "the other one waits");

        TransportException? fault = await Assert.ThrowsAsync<TransportException>(() => transport.SendAsync(JsonRpcRequest.Create("debug_traceCall"), default));

        Assert.That((fault!.Fault, fault.Bound), Is.EqualTo((TransportFault.TooLarge, (int?)50_000)), fault.ToString());
        Assert.That((await waiting).GetString(), Is.EqualTo("b"));
        Assert.That(node.Sockets, Has.Count.EqualTo(1), "the connection stands");
    }

    [Test]
    public async Task Disposing_fails_what_waits()
    {
        await using LocalNode node = await LocalNode.StartAsync(onMessage: (_, _) => Task.CompletedTask);
        WebSocketTransport transport = To(node);
        transport.Start();
        await Eventually.Async(() => transport.IsConnected, Deadline, "the transport connected");
        Task<JsonElement> waiting = transport.SendAsync(JsonRpcRequest.Create("a"), default);

        await transport.DisposeAsync();

        Assert.That(() => waiting, Throws.TypeOf<TransportException>());
        Assert.That(() => transport.SendAsync(JsonRpcRequest.Create("a"), default), Throws.TypeOf<ObjectDisposedException>());
    }

    internal static WebSocketTransport To(LocalNode node, Func<WebSocketTransportOptions, WebSocketTransportOptions>? change = null)
    {
        WebSocketTransportOptions options = new()
        {
            Url = node.SocketUrl,
            FirstReconnectDelay = TimeSpan.FromMilliseconds(5),
            MaxReconnectDelay = TimeSpan.FromMilliseconds(20),
        };
        return new WebSocketTransport(change?.Invoke(options) ?? options, TimeProvider.System);
    }
}
