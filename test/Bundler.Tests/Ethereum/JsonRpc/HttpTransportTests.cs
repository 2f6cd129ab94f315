using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bundler.Ethereum.JsonRpc;
using Microsoft.AspNetCore.Http;

namespace Bundler.Tests.Ethereum.JsonRpc;

public sealed class HttpTransportTests
{
    private static readonly JsonRpcRequest Echo = JsonRpcRequest.Create("echo", writer => writer.WriteStringValue("a\"<>é"));

    [Test]
    public async Task Posts_a_request_and_gives_its_result()
    {
        JsonNode? seen = null;
        string? contentType = null;
        await using LocalNode node = await LocalNode.StartAsync(async context =>
        {
            seen = await LocalNode.ReadAsync(context);
            contentType = context.Request.ContentType;
            await context.Response.WriteAsync(Answer(seen, seen["params"]![0]));
        });
        using HttpTransport transport = To(node);

        JsonElement result = await transport.SendAsync(Echo, default);

        Assert.That(result.GetString(), Is.EqualTo("a\"<>é"));
        Assert.That((string?)seen!["method"], Is.EqualTo("echo"));
        Assert.That((string?)seen["jsonrpc"], Is.EqualTo("2.0"));
        Assert.That(contentType, Is.EqualTo("application/json"));
    }

    [Test]
    public async Task Sends_credentials_and_headers_but_not_in_the_url()
    {
        string? authorization = null;
        string? key = null;
        await using LocalNode node = await LocalNode.StartAsync(async context =>
        {
            authorization = context.Request.Headers.Authorization;
            key = context.Request.Headers["x-api-key"];
            await context.Response.WriteAsync(Answer(await LocalNode.ReadAsync(context), 1));
        });
        using HttpTransport transport = To(node, options => options with
        {
            Url = new UriBuilder(options.Url) { UserName = "user", Password = "p%20w" }.Uri,
            Headers = new Dictionary<string, string> { ["x-api-key"] = "k" },
        });

        await transport.SendAsync(Echo, default);

        Assert.That(authorization, Is.EqualTo("Basic " + Convert.ToBase64String("user:p w"u8)));
        Assert.That(key, Is.EqualTo("k"));
    }

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

    [TestCase(301)]
    [TestCase(307)]
    [TestCase(308)]
    public async Task A_redirect_is_never_followed(int status)
    {
        int asked = 0;
        await using LocalNode other = await LocalNode.StartAsync(context =>
        {
            asked++;
            return Task.CompletedTask;
        });
        await using LocalNode node = await LocalNode.StartAsync(context =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.Location = other.HttpUrl.ToString();
            return Task.CompletedTask;
        });
        using HttpTransport transport = To(node, options => options with { Headers = new Dictionary<string, string> { ["x-key"] = "k" } });

        await Assert.ThrowsAsync<TransportException>(() => transport.SendAsync(Echo, default));

        Assert.That(asked, Is.Zero);
    }

    [TestCase(200)]
    [TestCase(500)]
    public async Task An_error_of_the_node_is_told_with_code_message_and_data_whatever_the_status(int status)
    {
        await using LocalNode node = await LocalNode.AnsweringAsync(
            status, "application/json", """{"jsonrpc":"2.0","id":1,"error":{"code":3,"message":"execution reverted","data":"0x01"}}""");
        using HttpTransport transport = To(node);

        JsonRpcException? refusal = await Assert.ThrowsAsync<JsonRpcException>(() => transport.SendAsync(Echo, default));

        Assert.That(refusal!.Error.Code, Is.EqualTo(3));
        Assert.That(refusal.Error.Message, Is.EqualTo("execution reverted"));
        Assert.That(refusal.Error.Data!.Value.GetString(), Is.EqualTo("0x01"));
    }

    [TestCase("\"429\"", 429)]
    [TestCase("429.0", 429)]
    [TestCase("4.29e2", 429)]
    [TestCase("4294935291", -32005)]
    [TestCase("\"-32016\"", -32016)]
    [TestCase("\"SERVER_ERROR\"", -32603)]
    [TestCase("null", -32603)]
    [TestCase("4294967299000", -32603)]
    public async Task The_code_of_an_error_is_read_in_the_forms_that_gateways_give_it(string form, int code)
    {
        await using LocalNode node = await LocalNode.AnsweringAsync(200, "application/json", "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":" + form + ",\"message\":\"x\"}}");
        using HttpTransport transport = To(node);

        JsonRpcException? refusal = await Assert.ThrowsAsync<JsonRpcException>(() => transport.SendAsync(Echo, default));

        Assert.That(refusal!.Error.Code, Is.EqualTo(code));
    }

    [TestCase("\"error\":null")]
    [TestCase("\"error\":{\"code\":100000000000000000000,\"message\":\"x\"}")]
    [TestCase("\"error\":{\"code\":\"1e400\",\"message\":\"x\"}")]
    [TestCase("\"error\":{\"code\":-9e99}")]
    public async Task An_answer_that_says_nothing_is_asked_for_again(string member)
    {
        await using LocalNode node = await LocalNode.AnsweringAsync(200, "application/json", "{\"jsonrpc\":\"2.0\",\"id\":1," + member + "}");
        using HttpTransport transport = To(node);

        TransportException? fault = await Assert.ThrowsAsync<TransportException>(() => transport.SendAsync(Echo, default));

        Assert.That((fault!.IsHollow, fault.IsTransient, fault.IsRateLimit), Is.EqualTo((true, true, false)));
    }

    [TestCase("\"error\":{\"code\":100000000000000000000,\"message\":\"execution reverted\"}")]
    [TestCase("\"error\":{\"code\":100000000000000000000,\"message\":\"x\",\"data\":\"0x01\"}")]
    public async Task Words_and_data_tell_what_a_code_does_not(string member)
    {
        await using LocalNode node = await LocalNode.AnsweringAsync(200, "application/json", "{\"jsonrpc\":\"2.0\",\"id\":1," + member + "}");
        using HttpTransport transport = To(node);

        Assert.That((await Assert.ThrowsAsync<JsonRpcException>(() => transport.SendAsync(Echo, default)))!.Error.Code, Is.EqualTo(-32603));
    }

    [TestCase(503, "<html>busy</html>", TransportFault.HttpStatus, true)]
    [TestCase(429, "", TransportFault.HttpStatus, true)]
    [TestCase(401, "{\"reason\":\"no key\"}", TransportFault.HttpStatus, false)]
    [TestCase(200, "{\"hello\":1}", TransportFault.Malformed, true)]
    [TestCase(200, "[]", TransportFault.Malformed, true)]
    [TestCase(200, "", TransportFault.Malformed, true)]
    [TestCase(200, "{\"id\":99,\"result\":1}", TransportFault.Malformed, true)]
    public async Task An_answer_that_is_not_json_rpc_is_a_fault(int status, string body, TransportFault expected, bool transient)
    {
        await using LocalNode node = await LocalNode.AnsweringAsync(status, "text/html", body);
        using HttpTransport transport = To(node);

        TransportException? fault = await Assert.ThrowsAsync<TransportException>(() => transport.SendAsync(Echo, default));

        Assert.That(fault!.Fault, Is.EqualTo(expected));
        Assert.That(fault.IsTransient, Is.EqualTo(transient));
        Assert.That(fault.StatusCode, Is.EqualTo(status == 200 ? (int?)null : status));
    }

    [Test]
    public async Task A_silent_node_times_out()
    {
        TaskCompletionSource never = new();
        await using LocalNode node = await LocalNode.StartAsync(_ => never.Task);
        using HttpTransport transport = To(node, options => options with { Timeout = TimeSpan.FromMilliseconds(50) });

        TransportException? fault = await Assert.ThrowsAsync<TransportException>(() => transport.SendAsync(Echo, default));
        never.SetResult();

        Assert.That(fault!.Fault, Is.EqualTo(TransportFault.Timeout));
    }

    [Test]
    public async Task A_body_that_does_not_end_times_out_too()
    {
        TaskCompletionSource never = new();
        await using LocalNode node = await LocalNode.StartAsync(async context =>
        {
            await context.Response.WriteAsync("{\"id\":1,");
            await context.Response.Body.FlushAsync();
            await never.Task;
        });
        using HttpTransport transport = To(node, options => options with { Timeout = TimeSpan.FromMilliseconds(100) });

        TransportException? fault = await Assert.ThrowsAsync<TransportException>(() => transport.SendAsync(Echo, default));
        never.SetResult();

        Assert.That(fault!.Fault, Is.EqualTo(TransportFault.Timeout));
    }

    [Test]
    public async Task Giving_up_is_not_a_fault()
    {
        TaskCompletionSource never = new();
        await using LocalNode node = await LocalNode.StartAsync(_ => never.Task);
        using HttpTransport transport = To(node);
        using CancellationTokenSource giveUp = new(TimeSpan.FromMilliseconds(50));

        Assert.That(() => transport.SendAsync(Echo, giveUp.Token), Throws.InstanceOf<OperationCanceledException>());
        never.SetResult();
    }

    [Test]
    public async Task An_answer_that_is_too_large_is_refused()
    {
        await using LocalNode node = await LocalNode.AnsweringAsync(200, "application/json", $"{{\"id\":1,\"result\":\"{new string('a', 2000)}\"}}");
        using HttpTransport transport = To(node, options => options with { Bounds = new AnswerBounds { Whole = 1000 } });

        TransportException? fault = await Assert.ThrowsAsync<TransportException>(() => transport.SendAsync(Echo, default));

        Assert.That(fault!.Fault, Is.EqualTo(TransportFault.TooLarge));
        Assert.That(fault.IsTransient, Is.False);
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Each_kind_of_answer_has_a_bound_of_its_own_whether_its_length_is_announced_or_not(bool isAnnounced)
    {
        string text = new('a', 3_000_000);
        await using LocalNode node = await LocalNode.StartAsync(async context =>
        {
            byte[] answer = System.Text.Encoding.UTF8.GetBytes(Answer(await LocalNode.ReadAsync(context), text));
            context.Response.ContentLength = isAnnounced ? answer.Length : null;
            await context.Response.Body.WriteAsync(answer);
        });
        using HttpTransport transport = To(node, options => options with { Bounds = new AnswerBounds { Trace = 2_000_000, Other = 4_000_000 } });

        TransportException? fault = await Assert.ThrowsAsync<TransportException>(() => transport.SendAsync(JsonRpcRequest.Create("debug_traceCall"), default));

        Assert.That((fault!.Fault, fault.Bound), Is.EqualTo((TransportFault.TooLarge, (int?)2_000_000)));
        Assert.That((await transport.SendAsync(JsonRpcRequest.Create("eth_call"), default)).GetString(), Is.EqualTo(text));
    }

    [Test]
    public async Task A_batch_whose_answers_are_too_large_together_is_asked_in_parts_and_one_that_is_too_large_alone_fails_alone()
    {
        await using LocalNode node = await LocalNode.StartAsync(async context =>
        {
            JsonNode body = await LocalNode.ReadAsync(context);
            JsonNode[] requests = body is JsonArray batch ? [.. batch.Select(request => request!)] : [body];
            string[] answers = [.. requests.Select(request => Answer(request, new string('a', (string?)request["method"] == "large" ? 3_000 : 800)))];
            await context.Response.WriteAsync(body is JsonArray ? $"[{string.Join(',', answers)}]" : answers[0]);
        });
        using HttpTransport transport = To(node, options => options with { Bounds = new AnswerBounds { Whole = 2_000 } });

        IReadOnlyList<JsonRpcResponse> answers = await transport.SendBatchAsync(Methods("a", "b", "large", "c", "d"), default);

        Assert.That(answers.Select(answer => answer.Error?.Code ?? answer.Result.GetString()!.Length), Is.EqualTo((int[])[800, 800, JsonRpcError.Oversized, 800, 800]));
    }

    [Test]
    public async Task A_node_that_is_not_there_is_unreachable()
    {
        LocalNode gone = await LocalNode.AnsweringAsync(200, "application/json", "");
        using HttpTransport transport = To(gone);
        await gone.DisposeAsync();

        TransportException? fault = await Assert.ThrowsAsync<TransportException>(() => transport.SendAsync(Echo, default));

        Assert.That(fault!.Fault, Is.EqualTo(TransportFault.Unreachable));
    }

    [Test]
    public async Task Reads_a_trace_as_deep_as_the_EVM_calls()
    {
        const int Depth = 1025;
        StringBuilder trace = new();
        trace.Insert(0, "{\"calls\":[", Depth).Append("{}").Insert(trace.Length, "]}", Depth);
        await using LocalNode node = await LocalNode.AnsweringAsync(200, "application/json", $"{{\"id\":1,\"result\":{trace}}}");
        using HttpTransport transport = To(node);

        JsonElement result = await transport.SendAsync(Echo, default);

        int depth = 0;
        while (result.TryGetProperty("calls", out JsonElement calls))
        {
            result = calls[0];
            depth++;
        }

        Assert.That(depth, Is.EqualTo(Depth));
    }

    private static HttpTransport To(LocalNode node, Func<HttpTransportOptions, HttpTransportOptions>? change = null)
    {
        HttpTransportOptions options = new() { Url = node.HttpUrl };
        return new HttpTransport(change?.Invoke(options) ?? options, TimeProvider.System);
    }

    private static JsonRpcRequest[] Methods(params string[] methods) => Array.ConvertAll(methods, JsonRpcRequest.Create);

    private static string Answer(JsonNode request, JsonNode? result) =>
        new JsonObject { ["jsonrpc"] = "2.0", ["id"] = request["id"]!.DeepClone(), ["result"] = result?.DeepClone() }.ToJsonString();
}
