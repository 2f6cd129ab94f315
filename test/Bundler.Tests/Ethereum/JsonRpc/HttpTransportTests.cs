using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bundler.Ethereum.JsonRpc;
using Microsoft.AspNetCore.Http;

namespace Bundler.Tests.Ethereum.JsonRpc;

public sealed partial class HttpTransportTests
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
