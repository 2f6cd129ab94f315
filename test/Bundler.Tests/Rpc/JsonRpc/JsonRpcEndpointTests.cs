using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using Bundler.Engine;
using Bundler.Rpc.JsonRpc;
using Microsoft.Extensions.Options;

namespace Bundler.Tests.Rpc.JsonRpc;

/// <summary>JSON-RPC over HTTP: statuses, limits, headers.</summary>
internal sealed class JsonRpcEndpointTests
{
    private const string Echo = """{"jsonrpc":"2.0","id":1,"method":"test_echo","params":["hello"]}""";
    private const string Hello = """{"jsonrpc":"2.0","id":1,"result":"hello"}""";
    private const int MaxBody = 4_096;

    private RpcHost _host = null!;

    [OneTimeSetUp]
    public async Task StartAsync() => _host = await RpcHost.StartAsync([StubMethod.Echo], null, ("MaxBodyBytes", $"{MaxBody}"));

    [OneTimeTearDown]
    public async Task StopAsync() => await _host.DisposeAsync();

    [TestCase("/", "application/json")]
    [TestCase("/rpc", "application/json")]
    [TestCase("/", "text/plain")]
    [TestCase("/", "application/x-www-form-urlencoded")]
    public async Task A_request_is_answered_with_200_whatever_its_content_type(string path, string contentType) =>
        Assert.That(await _host.PostAsync(Echo, path, contentType), Is.EqualTo((HttpStatusCode.OK, Hello)));

    [Test]
    public async Task A_request_without_content_type_is_answered()
    {
        using ByteArrayContent content = new(Encoding.UTF8.GetBytes(Echo));
        using HttpResponseMessage response = await _host.Client.PostAsync("/", content);

        Assert.That(await response.Content.ReadAsStringAsync(), Is.EqualTo(Hello));
        Assert.That(response.Content.Headers.ContentType?.MediaType, Is.EqualTo("application/json"));
    }

    [Test]
    public async Task A_method_knows_who_calls_over_HTTP_and_sockets_alike()
    {
        List<Caller?> callers = [];
        StubMethod who = new("test_who", (_, _) =>
        {
            callers.Add(Caller.Current);
            return ValueTask.FromResult(RpcReply.Text("you"));
        });
        await using RpcHost host = await RpcHost.StartAsync([who]);
        const string Ask = """{"jsonrpc":"2.0","id":1,"method":"test_who"}""";
        await host.PostAsync(Ask);
        await host.PostAsync($"[{Ask}]");
        using ClientWebSocket socket = new();
        await socket.ConnectAsync(new UriBuilder(host.Url) { Scheme = "ws", Path = "/ws" }.Uri, CancellationToken.None);
        await socket.SendAsync(Encoding.UTF8.GetBytes(Ask), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        await socket.ReceiveAsync(new byte[MaxBody], CancellationToken.None);

        Assert.That(callers.Select(caller => caller?.Address), Is.All.EqualTo(IPAddress.Loopback));
        Assert.That(callers[1]?.Connection, Is.EqualTo(callers[0]?.Connection), "one connection was kept");
        Assert.That(callers[2]?.Connection, Is.Not.EqualTo(callers[0]?.Connection));
        Assert.That(Caller.Current, Is.Null);
    }

    [TestCase("nonsense", -32700)]
    [TestCase("", -32700)]
    [TestCase("[]", -32600)]
    [TestCase("""{"jsonrpc":"2.0","id":1,"method":"none"}""", -32601)]
    [TestCase("""{"jsonrpc":"2.0","id":1,"method":"test_echo"}""", -32602)]
    public async Task An_error_of_JSON_RPC_is_200_for_HTTP(string body, int code)
    {
        (HttpStatusCode status, string answer) = await _host.PostAsync(body);

        Assert.That((status, Processors.CodeOf(answer)), Is.EqualTo((HttpStatusCode.OK, (int?)code)));
    }

    [Test]
    public async Task Notifications_are_answered_with_204_and_nothing() =>
        Assert.That(
            await _host.PostAsync("""[{"jsonrpc":"2.0","method":"test_echo","params":["hello"]}]"""),
            Is.EqualTo((HttpStatusCode.NoContent, "")));

    [Test]
    public async Task A_body_of_exactly_the_limit_is_read() =>
        Assert.That(await _host.PostAsync(Echo.PadRight(MaxBody)), Is.EqualTo((HttpStatusCode.OK, Hello)));

    [TestCase(MaxBody + 1, false)]
    [TestCase(MaxBody + 1, true)]
    [TestCase(8 * 1_024 * 1_024, false)]
    [TestCase(8 * 1_024 * 1_024, true)]
    public async Task A_body_over_the_limit_is_413_with_an_error_of_JSON_RPC(int bytes, bool chunked)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, "/") { Content = new StringContent(Echo.PadRight(bytes)) };
        request.Headers.TransferEncodingChunked = chunked;
        using HttpResponseMessage response = await _host.Client.SendAsync(request);
        string answer = await response.Content.ReadAsStringAsync();

        Assert.That(
            (response.StatusCode, Processors.CodeOf(answer), Processors.IdOf(answer)),
            Is.EqualTo((HttpStatusCode.RequestEntityTooLarge, (int?)-32600, "null")));
    }

    [TestCase("GET", "/")]
    [TestCase("GET", "/rpc")]
    [TestCase("PUT", "/")]
    [TestCase("DELETE", "/rpc")]
    [TestCase("HEAD", "/")]
    public async Task Another_verb_is_not_allowed(string verb, string path)
    {
        using HttpRequestMessage request = new(new HttpMethod(verb), path);
        using HttpResponseMessage response = await _host.Client.SendAsync(request);

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.MethodNotAllowed));
        Assert.That(response.Content.Headers.Allow, Does.Contain("POST"));
    }

    [TestCase("/nowhere")]
    [TestCase("/rpc/more")]
    public async Task Another_path_is_not_found(string path) =>
        Assert.That((await _host.PostAsync(Echo, path)).Status, Is.EqualTo(HttpStatusCode.NotFound));

    [Test]
    public async Task Fifty_requests_at_a_time_on_one_client_all_get_their_own_answer()
    {
        (HttpStatusCode Status, string Body)[] answers = await Task.WhenAll(
            Enumerable.Range(0, 50).Select(i => _host.PostAsync($$"""{"jsonrpc":"2.0","id":{{i}},"method":"test_echo","params":["{{i}}"]}""")));

        Assert.That(
            answers.Select(answer => answer.Body),
            Is.EqualTo(Enumerable.Range(0, 50).Select(i => $$"""{"jsonrpc":"2.0","id":{{i}},"result":"{{i}}"}""")));
    }

    [Test]
    public async Task A_caller_who_hangs_up_cancels_the_method()
    {
        TaskCompletionSource started = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);
        StubMethod waits = new("test_wait", async (_, cancellationToken) =>
        {
            await using CancellationTokenRegistration end = cancellationToken.Register(cancelled.SetResult);
            started.SetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return RpcReply.Null;
        });
        await using RpcHost host = await RpcHost.StartAsync([waits]);
        using CancellationTokenSource hangUp = new();

        Task<HttpResponseMessage> request = host.Client.PostAsync("/", new StringContent("""{"jsonrpc":"2.0","id":1,"method":"test_wait"}"""), hangUp.Token);
        await started.Task.WaitAsync(TimeSpan.FromSeconds(10));
        await hangUp.CancelAsync();

        Assert.That(async () => await request, Throws.InstanceOf<OperationCanceledException>());
        await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [TestCase("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "400", TestName = "A_broken_chunk_is_400")]
    [TestCase("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", "400", TestName = "A_negative_length_is_400")]
    [TestCase("nonsense\r\n\r\n", "400", TestName = "What_is_not_HTTP_is_400")]
    public async Task Broken_HTTP_is_a_fault_of_the_caller(string request, string status)
    {
        using TcpClient socket = new();
        await socket.ConnectAsync(_host.Url.Host, _host.Url.Port);
        await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request));
        using StreamReader reader = new(socket.GetStream());

        Assert.That(await reader.ReadLineAsync(), Does.StartWith($"HTTP/1.1 {status}"));
    }

    [TestCase("Host", "nowhere.example")]
    [TestCase("MaxBodyBytes", "0")]
    [TestCase("MaxDepth", "1")]
    [TestCase("RequestTimeoutSeconds", "0")]
    public void An_option_out_of_range_stops_the_start(string key, string value) =>
        Assert.That(
            () => RpcHost.StartAsync([], null, (key, value)),
            Throws.InstanceOf<OptionsValidationException>().With.Message.Contains(key));
}
