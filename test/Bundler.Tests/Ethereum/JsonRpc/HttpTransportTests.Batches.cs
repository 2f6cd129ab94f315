using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bundler.Ethereum.JsonRpc;
using Microsoft.AspNetCore.Http;

namespace Bundler.Tests.Ethereum.JsonRpc;

/// <summary>Batches: what comes back of them, and what takes their place where a node refuses them.</summary>
public sealed partial class HttpTransportTests
{
    [Test]
    public async Task Matches_the_answers_of_a_batch_by_id()
    {
        await using LocalNode node = await LocalNode.StartAsync(async context =>
        {
            JsonArray requests = (await LocalNode.ReadAsync(context)).AsArray();
            await context.Response.WriteAsync($"[{string.Join(',', requests.Reverse().Select(request => Answer(request!, (string?)request!["method"])))}]");
        });
        using HttpTransport transport = To(node);

        IReadOnlyList<JsonRpcResponse> responses = await transport.SendBatchAsync(Methods("a", "b", "c"), default);

        Assert.That(responses.Select(response => response.Result.GetString()), Is.EqualTo(new[] { "a", "b", "c" }));
    }

    [Test]
    public async Task Splits_a_long_batch()
    {
        List<int> sizes = [];
        await using LocalNode node = await LocalNode.StartAsync(async context =>
        {
            JsonNode body = await LocalNode.ReadAsync(context);
            sizes.Add(body.AsArray().Count);
            await context.Response.WriteAsync($"[{string.Join(',', body.AsArray().Select(request => Answer(request!, (string?)request!["method"])))}]");
        });
        using HttpTransport transport = To(node, options => options with { MaxBatchSize = 2 });

        IReadOnlyList<JsonRpcResponse> responses = await transport.SendBatchAsync(Methods("a", "b", "c", "d"), default);

        Assert.That(responses.Select(response => response.Result.GetString()), Is.EqualTo(new[] { "a", "b", "c", "d" }));
        Assert.That(sizes, Is.EqualTo(new[] { 2, 2 }));
    }

    [TestCase("[]", Description = "nothing")]
    [TestCase("""[{"jsonrpc":"2.0","id":1,"result":1}]""", Description = "one of two")]
    [TestCase("""[{"jsonrpc":"2.0","id":1,"result":1},{"jsonrpc":"2.0","id":1,"result":1}]""", Description = "one twice")]
    [TestCase("""[{"jsonrpc":"2.0","id":1,"result":1},{"jsonrpc":"2.0","id":7,"result":1}]""", Description = "a stranger")]
    [TestCase("""[{"jsonrpc":"2.0","id":1,"result":1},{"jsonrpc":"2.0","id":2}]""", Description = "neither result nor error")]
    [TestCase("""[1,2]""", Description = "no objects")]
    [TestCase("""<html>""", Description = "no JSON")]
    public async Task A_batch_that_is_not_answered_in_full_is_a_fault(string body)
    {
        await using LocalNode node = await LocalNode.AnsweringAsync(200, "application/json", body);
        using HttpTransport transport = To(node);

        TransportException? fault = await Assert.ThrowsAsync<TransportException>(() => transport.SendBatchAsync(Methods("a", "b"), default));

        Assert.That(fault!.Fault, Is.EqualTo(TransportFault.Malformed));
    }

    [Test]
    public async Task An_error_inside_a_batch_stays_with_its_request()
    {
        await using LocalNode node = await LocalNode.AnsweringAsync(
            200, "application/json", """[{"id":"2","error":{"code":-32000,"message":"no"}},{"id":1,"result":null,"error":null}]""");
        using HttpTransport transport = To(node);

        IReadOnlyList<JsonRpcResponse> responses = await transport.SendBatchAsync(Methods("a", "b"), default);

        Assert.That(responses[0].Result.ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(responses[1].Error, Is.EqualTo(new JsonRpcError(-32000, "no")));
        Assert.That(() => responses[1].Result, Throws.TypeOf<JsonRpcException>());
    }

    [TestCase(200, """{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"no batches"}}""")]
    [TestCase(400, "batches are not supported")]
    public async Task A_node_without_batches_gets_single_requests_from_then_on(int status, string refusal)
    {
        int batches = 0;
        await using LocalNode node = await LocalNode.StartAsync(async context =>
        {
            JsonNode body = await LocalNode.ReadAsync(context);
            if (body is JsonArray)
            {
                batches++;
                context.Response.StatusCode = status;
            }

            await context.Response.WriteAsync(body is JsonArray ? refusal : Answer(body, (string?)body["method"]));
        });
        using HttpTransport transport = To(node);

        IReadOnlyList<JsonRpcResponse> first = await transport.SendBatchAsync(Methods("a", "b"), default);
        IReadOnlyList<JsonRpcResponse> second = await transport.SendBatchAsync(Methods("c", "d"), default);

        Assert.That(first.Concat(second).Select(response => response.Result.GetString()), Is.EqualTo(new[] { "a", "b", "c", "d" }));
        Assert.That(batches, Is.EqualTo(1));
        Assert.That(transport.IsWithoutBatches, Is.True);
    }

    [Test]
    public async Task An_error_for_a_whole_batch_that_is_not_about_batches_is_every_requests_error()
    {
        await using LocalNode node = await LocalNode.AnsweringAsync(500, "application/json", """{"id":null,"error":{"code":-32000,"message":"not now"}}""");
        using HttpTransport transport = To(node);

        IReadOnlyList<JsonRpcResponse> responses = await transport.SendBatchAsync(Methods("a", "b"), default);

        Assert.That(responses.Select(response => response.Error!.Code), Is.EqualTo(new[] { -32000, -32000 }));
        Assert.That(transport.IsWithoutBatches, Is.False);
    }

    [Test]
    public async Task HTTP_429_is_a_pause_and_no_answer_whatever_its_body([Values] bool isBatch)
    {
        await using LocalNode node = await LocalNode.AnsweringAsync(429, "application/json", """{"jsonrpc":"2.0","id":null,"error":{"code":429,"message":"slow down"}}""");
        using HttpTransport transport = To(node);

        TransportException? fault = await Assert.ThrowsAsync<TransportException>(
            () => isBatch ? transport.SendBatchAsync(Methods("a", "b"), default) : transport.SendAsync(Echo, default));

        Assert.That((fault!.IsRateLimit, fault.IsTransient), Is.EqualTo((true, true)));
    }

    [TestCase(403)]
    [TestCase(413)]
    public async Task A_batch_that_a_gateway_refuses_goes_as_single_requests(int status)
    {
        await using LocalNode node = await LocalNode.StartAsync(async context =>
        {
            JsonNode seen = await LocalNode.ReadAsync(context);
            context.Response.StatusCode = seen is JsonArray ? status : 200;
            await context.Response.WriteAsync(seen is JsonArray ? "<html>no</html>" : Answer(seen, 1));
        });
        using HttpTransport transport = To(node);

        IReadOnlyList<JsonRpcResponse> responses = await transport.SendBatchAsync(Methods("a", "b"), default);

        Assert.That(responses.Select(response => response.Result.GetInt32()), Is.EqualTo(new[] { 1, 1 }));
        Assert.That(transport.IsWithoutBatches, Is.True);
    }

    [TestCase(0)]
    [TestCase(503)]
    [TestCase(429)]
    public async Task Of_the_single_requests_in_place_of_a_batch_only_those_that_got_lost_are_sent_again(int status)
    {
        System.Collections.Concurrent.ConcurrentDictionary<string, int> asked = [];
        await using LocalNode node = await LocalNode.StartAsync(async context =>
        {
            JsonNode seen = await LocalNode.ReadAsync(context);
            string method = seen is JsonArray ? "batch" : (string)seen["method"]!;
            int times = asked.AddOrUpdate(method, 1, (_, before) => before + 1);
            if (method == "batch")
            {
                context.Response.StatusCode = 403;
            }
            else if (method is "b" or "d" && times < 3)
            {
                context.Response.StatusCode = status;
                if (status == 0)
                {
                    context.Abort();
                }
            }
            else
            {
                await context.Response.WriteAsync(Answer(seen, method));
            }
        });
        using HttpTransport transport = To(node);

        IReadOnlyList<JsonRpcResponse> responses = await transport.SendBatchAsync(Methods("a", "b", "c", "d"), default);

        Assert.That(responses.Select(response => response.Result.GetString()), Is.EqualTo(new[] { "a", "b", "c", "d" }));
        Assert.That((asked["a"], asked["b"], asked["c"], asked["d"]), Is.EqualTo((1, 3, 1, 3)));
    }

    [Test]
    public async Task Where_no_single_request_is_answered_nothing_is_sent_again()
    {
        int singles = 0;
        await using LocalNode node = await LocalNode.StartAsync(async context =>
        {
            JsonNode seen = await LocalNode.ReadAsync(context);
            context.Response.StatusCode = seen is JsonArray ? 403 : 503;
            singles += seen is JsonArray ? 0 : 1;
        });
        using HttpTransport transport = To(node);

        await Assert.ThrowsAsync<TransportException>(() => transport.SendBatchAsync(Methods("a"), default));
        int one = singles;
        await Assert.ThrowsAsync<TransportException>(() => transport.SendBatchAsync(Methods("a", "b"), default));

        Assert.That((one, singles), Is.EqualTo((1, 3)));
    }
}
