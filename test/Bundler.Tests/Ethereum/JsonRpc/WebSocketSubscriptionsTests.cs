using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Bundler.Ethereum.JsonRpc;
using Bundler.Testing;

namespace Bundler.Tests.Ethereum.JsonRpc;

public sealed class WebSocketSubscriptionsTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);
    private static readonly JsonRpcRequest NewHeads = JsonRpcRequest.Create("eth_subscribe", writer => writer.WriteStringValue("newHeads"));

    private CancellationTokenSource _timeout = null!;

    [SetUp]
    public void SetUp() => _timeout = new CancellationTokenSource(Deadline);

    [TearDown]
    public void TearDown() => _timeout.Dispose();

    [Test]
    public async Task An_announcement_on_the_heels_of_the_id_is_not_lost()
    {
        await using LocalNode node = await LocalNode.StartAsync(onMessage: async (socket, request) =>
        {
            await socket.AnswerAsync(request, "0xaa");
            await socket.AnnounceAsync("0xaa", 1);
            await socket.AnnounceAsync("0xother", 2);
            await socket.AnnounceAsync("0xaa", 3);
        });
        await using WebSocketTransport transport = WebSocketTransportTests.To(node);
        using WebSocketSubscription subscription = transport.Subscriptions.Open(NewHeads, capacity: 8);

        Assert.That((await ReadAsync(subscription)).GetInt32(), Is.EqualTo(1));
        Assert.That((await ReadAsync(subscription)).GetInt32(), Is.EqualTo(3));
        Assert.That(subscription.IsLive, Is.True);
    }

    [Test]
    public async Task Subscribes_again_after_the_connection_came_back()
    {
        int subscribed = 0;
        await using LocalNode node = await LocalNode.StartAsync(onMessage: async (socket, request) =>
        {
            int times = Interlocked.Increment(ref subscribed);
            await socket.AnswerAsync(request, $"0x{times}");
            await socket.AnnounceAsync($"0x{times}", times);
        });
        await using WebSocketTransport transport = WebSocketTransportTests.To(node);
        using WebSocketSubscription subscription = transport.Subscriptions.Open(NewHeads, capacity: 8);
        Assert.That((await ReadAsync(subscription)).GetInt32(), Is.EqualTo(1));

        node.AcceptsSockets = false;
        node.CutSockets();
        await Eventually.Async(() => !subscription.IsLive, Deadline, "the subscription noticed");
        node.AcceptsSockets = true;

        Assert.That((await ReadAsync(subscription)).GetInt32(), Is.EqualTo(2));
    }

    [Test]
    public async Task The_oldest_is_lost_when_the_reader_falls_behind()
    {
        await using LocalNode node = await LocalNode.StartAsync(onMessage: async (socket, request) =>
        {
            if ((string?)request["method"] == "eth_subscribe")
            {
                await socket.AnswerAsync(request, "0xaa");
                for (int i = 0; i < 5; i++)
                {
                    await socket.AnnounceAsync("0xaa", i);
                }
            }
            else
            {
                await socket.AnswerAsync(request, 1);
            }
        });
        await using WebSocketTransport transport = WebSocketTransportTests.To(node);
        using WebSocketSubscription subscription = transport.Subscriptions.Open(NewHeads, capacity: 2);
        await Eventually.Async(() => subscription.IsLive, Deadline, "the subscription opened");
        await transport.SendAsync(JsonRpcRequest.Create("after"), _timeout.Token);

        Assert.That((await ReadAsync(subscription)).GetInt32(), Is.EqualTo(3));
        Assert.That((await ReadAsync(subscription)).GetInt32(), Is.EqualTo(4));
    }

    [Test]
    public async Task A_refusal_ends_the_subscription_and_not_the_connection()
    {
        await using LocalNode node = await LocalNode.StartAsync(onMessage: (socket, request) => socket.SendAsync(
            new JsonObject { ["id"] = request["id"]!.DeepClone(), ["error"] = new JsonObject { ["code"] = -32601, ["message"] = "no such method" } }));
        await using WebSocketTransport transport = WebSocketTransportTests.To(node);
        using WebSocketSubscription subscription = transport.Subscriptions.Open(NewHeads, capacity: 2);

        ChannelClosedException? closed = await Assert.ThrowsAsync<ChannelClosedException>(() => ReadAsync(subscription));

        Assert.That(closed!.InnerException, Is.TypeOf<JsonRpcException>());
        Assert.That(transport.IsConnected, Is.True);
    }

    [Test]
    public async Task Disposing_unsubscribes()
    {
        TaskCompletionSource<string?> unsubscribed = new();
        await using LocalNode node = await LocalNode.StartAsync(onMessage: async (socket, request) =>
        {
            if ((string?)request["method"] == "eth_unsubscribe")
            {
                unsubscribed.SetResult((string?)request["params"]![0]);
            }

            await socket.AnswerAsync(request, "0xaa");
        });
        await using WebSocketTransport transport = WebSocketTransportTests.To(node);
        WebSocketSubscription subscription = transport.Subscriptions.Open(NewHeads, capacity: 2);
        await Eventually.Async(() => subscription.IsLive, Deadline, "the subscription opened");

        subscription.Dispose();

        Assert.That(await unsubscribed.Task.WaitAsync(_timeout.Token), Is.EqualTo("0xaa"));
        Assert.That(await subscription.Reader.WaitToReadAsync(_timeout.Token), Is.False);
    }

    [Test]
    public async Task Disposing_the_transport_ends_its_subscriptions()
    {
        await using LocalNode node = await LocalNode.StartAsync(onMessage: (socket, request) => socket.AnswerAsync(request, "0xaa"));
        WebSocketTransport transport = WebSocketTransportTests.To(node);
        using WebSocketSubscription subscription = transport.Subscriptions.Open(NewHeads, capacity: 2);
        await Eventually.Async(() => subscription.IsLive, Deadline, "the subscription opened");

        await transport.DisposeAsync();

        Assert.That(await subscription.Reader.WaitToReadAsync(_timeout.Token), Is.False);
    }

    private async Task<JsonElement> ReadAsync(WebSocketSubscription subscription) => await subscription.Reader.ReadAsync(_timeout.Token);
}
