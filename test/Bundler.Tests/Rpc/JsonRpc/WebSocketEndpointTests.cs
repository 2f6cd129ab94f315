using System.Net;
using System.Net.WebSockets;
using System.Text;
using Bundler.Rpc.JsonRpc;

namespace Bundler.Tests.Rpc.JsonRpc;

/// <summary>JSON-RPC over WebSocket: answers, pushes, limits, ends.</summary>
internal sealed class WebSocketEndpointTests
{
    private const string Echo = """{"jsonrpc":"2.0","id":1,"method":"test_echo","params":["hello"]}""";
    private const string Hello = """{"jsonrpc":"2.0","id":1,"result":"hello"}""";
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    [TestCase("/ws")]
    [TestCase("/")]
    public async Task A_message_is_answered(string path)
    {
        await using RpcHost host = await RpcHost.StartAsync([StubMethod.Echo]);
        using ClientWebSocket socket = await ConnectAsync(host, path);

        Assert.That(await AskAsync(socket, Echo), Is.EqualTo(Hello));
        Assert.That(await AskAsync(socket, $"[{Echo},{Echo}]"), Is.EqualTo($"[{Hello},{Hello}]"));
        Assert.That(Processors.CodeOf(await AskAsync(socket, "nonsense")), Is.EqualTo(-32700));
    }

    [Test]
    public async Task A_message_in_parts_is_one_message()
    {
        await using RpcHost host = await RpcHost.StartAsync([StubMethod.Echo]);
        using ClientWebSocket socket = await ConnectAsync(host, "/ws");
        byte[] bytes = Encoding.UTF8.GetBytes(Echo);

        await socket.SendAsync(bytes.AsMemory(0, 10), WebSocketMessageType.Text, endOfMessage: false, CancellationToken.None);
        await socket.SendAsync(bytes.AsMemory(10), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);

        Assert.That(await ReceiveAsync(socket), Is.EqualTo(Hello));
    }

    [Test]
    public async Task A_slow_call_does_not_hold_up_the_next_one()
    {
        TaskCompletionSource gate = new();
        StubMethod slow = new("test_slow", async (_, cancellationToken) =>
        {
            await gate.Task.WaitAsync(cancellationToken);
            return RpcReply.Text("slow");
        });
        await using RpcHost host = await RpcHost.StartAsync([StubMethod.Echo, slow]);
        using ClientWebSocket socket = await ConnectAsync(host, "/ws");

        await SendAsync(socket, """{"jsonrpc":"2.0","id":2,"method":"test_slow"}""");
        string first = await AskAsync(socket, Echo);
        gate.SetResult();

        Assert.That((first, await ReceiveAsync(socket)), Is.EqualTo((Hello, """{"jsonrpc":"2.0","id":2,"result":"slow"}""")));
    }

    [Test]
    public async Task No_more_messages_of_one_socket_are_in_work_than_allowed()
    {
        SemaphoreSlim gate = new(0);
        int running = 0;
        StubMethod slow = new("test_slow", async (_, cancellationToken) =>
        {
            Interlocked.Increment(ref running);
            await gate.WaitAsync(cancellationToken);
            return RpcReply.Text($"{running}");
        });
        await using RpcHost host = await RpcHost.StartAsync([slow], null, ("MaxInFlightPerSocket", "2"));
        using ClientWebSocket socket = await ConnectAsync(host, "/ws");
        for (int i = 0; i < 3; i++)
        {
            await SendAsync(socket, $$"""{"jsonrpc":"2.0","id":{{i}},"method":"test_slow"}""");
        }

        gate.Release();
        string first = await ReceiveAsync(socket);
        gate.Release(2);
        await ReceiveAsync(socket);
        await ReceiveAsync(socket);

        Assert.That(first, Does.Contain("\"result\":\"1\"").Or.Contain("\"result\":\"2\""));
        Assert.That(running, Is.EqualTo(3));
    }

    [Test]
    public async Task A_method_can_push_to_its_caller_later()
    {
        IRpcConnection? connection = null;
        StubMethod subscribe = new("test_subscribe", given =>
        {
            connection = given.Connection;
            return RpcReply.Text("0x1");
        });
        await using RpcHost host = await RpcHost.StartAsync([subscribe]);
        using ClientWebSocket socket = await ConnectAsync(host, "/ws");

        await AskAsync(socket, """{"jsonrpc":"2.0","id":1,"method":"test_subscribe"}""");
        bool taken = connection!.TrySend("""{"event":1}"""u8.ToArray());
        string pushed = await ReceiveAsync(socket);
        TaskCompletionSource closed = new();
        connection.Closed.Register(closed.SetResult);
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);

        Assert.That((taken, pushed), Is.EqualTo((true, """{"event":1}""")));
        await closed.Task.WaitAsync(_patience);
    }

    [Test]
    public async Task Over_HTTP_there_is_nobody_to_push_to()
    {
        await using RpcHost host = await RpcHost.StartAsync([new StubMethod("test_subscribe", given => RpcReply.Text($"{given.Connection is null}"))]);

        Assert.That((await host.PostAsync("""{"jsonrpc":"2.0","id":1,"method":"test_subscribe"}""")).Body, Does.Contain("True"));
    }

    [Test]
    public async Task A_message_over_the_limit_closes_the_socket()
    {
        await using RpcHost host = await RpcHost.StartAsync([StubMethod.Echo], null, ("MaxBodyBytes", "2048"));
        using ClientWebSocket socket = await ConnectAsync(host, "/ws");

        await SendAsync(socket, Echo.PadRight(2_048));
        Assert.That(await ReceiveAsync(socket), Is.EqualTo(Hello));
        await SendAsync(socket, Echo.PadRight(2_049));
        await ReceiveAsync(socket);

        Assert.That(socket.CloseStatus, Is.EqualTo(WebSocketCloseStatus.MessageTooBig));
    }

    [Test]
    public async Task A_caller_who_reads_too_slowly_is_disconnected()
    {
        TaskCompletionSource<bool> disconnected = new();
        StubMethod flood = new("test_flood", given =>
        {
            byte[] message = new byte[64 * 1_024];
            message.AsSpan().Fill((byte)' ');
            int sent = 0;
            while (sent < 10_000 && given.Connection!.TrySend(message))
            {
                sent++;
            }

            disconnected.SetResult(given.Connection!.Closed.IsCancellationRequested);
            return RpcReply.Null;
        });
        await using RpcHost host = await RpcHost.StartAsync([flood], null, ("MaxQueuedPerSocket", "4"));
        using ClientWebSocket socket = await ConnectAsync(host, "/ws");

        await SendAsync(socket, """{"jsonrpc":"2.0","id":1,"method":"test_flood"}""");

        Assert.That(await disconnected.Task.WaitAsync(_patience), Is.True);
    }

    [Test]
    public async Task A_lost_connection_cancels_what_is_in_work()
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
        using ClientWebSocket socket = await ConnectAsync(host, "/ws");

        await SendAsync(socket, """{"jsonrpc":"2.0","id":1,"method":"test_wait"}""");
        await started.Task.WaitAsync(_patience);
        socket.Abort();

        await cancelled.Task.WaitAsync(_patience);
    }

    [Test]
    public async Task An_open_socket_does_not_hold_up_the_end_of_the_node()
    {
        RpcHost host = await RpcHost.StartAsync([StubMethod.Echo]);
        using ClientWebSocket socket = await ConnectAsync(host, "/ws");
        await AskAsync(socket, Echo);

        await host.DisposeAsync().AsTask().WaitAsync(_patience);
    }

    [Test]
    public async Task One_socket_too_many_is_429()
    {
        await using RpcHost host = await RpcHost.StartAsync([StubMethod.Echo], null, ("MaxSockets", "1"));
        using ClientWebSocket first = await ConnectAsync(host, "/ws");
        using ClientWebSocket second = new();
        second.Options.CollectHttpResponseDetails = true;

        Assert.That(() => second.ConnectAsync(SocketUrl(host, "/ws"), CancellationToken.None), Throws.InstanceOf<WebSocketException>());
        Assert.That(second.HttpStatusCode, Is.EqualTo(HttpStatusCode.TooManyRequests));
    }

    [Test]
    public async Task A_page_of_another_origin_is_refused()
    {
        await using RpcHost host = await RpcHost.StartAsync([StubMethod.Echo], null, ("CorsOrigins", "https://wallet.example"));
        using ClientWebSocket socket = new();
        socket.Options.CollectHttpResponseDetails = true;
        socket.Options.SetRequestHeader("Origin", "https://evil.example");

        Assert.That(() => socket.ConnectAsync(SocketUrl(host, "/ws"), CancellationToken.None), Throws.InstanceOf<WebSocketException>());
        Assert.That(socket.HttpStatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
    }

    [Test]
    public async Task A_request_that_is_no_upgrade_is_405()
    {
        await using RpcHost host = await RpcHost.StartAsync([StubMethod.Echo]);
        using HttpResponseMessage response = await host.Client.GetAsync("/ws");

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.MethodNotAllowed));
    }

    private static Uri SocketUrl(RpcHost host, string path) => new UriBuilder(host.Url) { Scheme = "ws", Path = path }.Uri;

    private static async Task<ClientWebSocket> ConnectAsync(RpcHost host, string path)
    {
        ClientWebSocket socket = new();
        await socket.ConnectAsync(SocketUrl(host, path), CancellationToken.None).WaitAsync(_patience);
        return socket;
    }

    private static async Task<string> AskAsync(ClientWebSocket socket, string message)
    {
        await SendAsync(socket, message);
        return await ReceiveAsync(socket);
    }

    private static Task SendAsync(ClientWebSocket socket, string message) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(message), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None).WaitAsync(_patience);

    private static async Task<string> ReceiveAsync(ClientWebSocket socket)
    {
        byte[] bytes = new byte[64 * 1_024];
        WebSocketReceiveResult result = await socket.ReceiveAsync(new ArraySegment<byte>(bytes), CancellationToken.None).WaitAsync(_patience);
        return Encoding.UTF8.GetString(bytes, 0, result.Count);
    }
}
