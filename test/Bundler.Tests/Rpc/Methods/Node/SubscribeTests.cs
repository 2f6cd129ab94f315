using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Bundler.Engine.Pool;
using Bundler.Ethereum.Primitives;
using Bundler.Rpc.Methods.Node;
using Bundler.Rpc.Subscriptions;
using Bundler.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Bundler.Tests.Rpc.Methods.Node;

/// <summary>Subscriptions over a real socket.</summary>
internal sealed class SubscribeTests
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    [Test]
    public async Task Events_follow_the_answer_until_the_subscription_ends()
    {
        OperationFeed feed = new();
        await using RpcHost host = await StartAsync(feed);
        using ClientWebSocket socket = new();
        await socket.ConnectAsync(new UriBuilder(host.Url) { Scheme = "ws", Path = "/ws" }.Uri, CancellationToken.None);

        string id = (await AskAsync(socket, """{"jsonrpc":"2.0","id":1,"method":"bundler_subscribe","params":["userOperations"]}""")).GetProperty("result").GetString()!;
        feed.Publish(Happened(OperationState.Pending));
        feed.Publish(Happened(OperationState.Bundled));
        JsonElement[] notes = [await ReceiveAsync(socket), await ReceiveAsync(socket)];
        JsonElement ended = await AskAsync(socket, $$"""{"jsonrpc":"2.0","id":2,"method":"bundler_unsubscribe","params":["{{id}}"]}""");
        feed.Publish(Happened(OperationState.Included));
        JsonElement again = await AskAsync(socket, $$"""{"jsonrpc":"2.0","id":3,"method":"bundler_unsubscribe","params":["{{id}}"]}""");

        Assert.That(notes.Select(note => note.GetProperty("params").GetProperty("subscription").GetString()), Has.All.EqualTo(id));
        Assert.That(notes.Select(note => note.GetProperty("params").GetProperty("result").GetProperty("status").GetString()), Is.EqualTo(new[] { "pending", "bundled" }));
        Assert.That((ended.GetProperty("result").GetBoolean(), again.GetProperty("result").GetBoolean()), Is.EqualTo((true, false)));
    }

    [Test]
    public async Task Over_HTTP_there_is_nobody_to_tell()
    {
        await using RpcHost host = await StartAsync(new OperationFeed());

        (_, string body) = await host.PostAsync("""{"jsonrpc":"2.0","id":1,"method":"bundler_subscribe","params":["userOperations"]}""");

        Assert.That(Processors.CodeOf(body), Is.EqualTo(-32601));
    }

    private static async Task<RpcHost> StartAsync(OperationFeed feed)
    {
        OperationSubscriptions subscriptions = new(Options.Create(new Bundler.Rpc.RpcOptions()));
        RpcHost host = await RpcHost.StartAsync([new Subscribe(subscriptions), new Unsubscribe(subscriptions)], services => services.AddSingleton(feed).AddSingleton(subscriptions));

        // The loop takes its place at the feed on a thread of its own.
        OperationEvent probe = Happened(OperationState.Received);
        using FakeConnection connection = new();
        subscriptions.Open(connection, OperationFilter.Everything);
        connection.Answered();
        await Eventually.Async(
            () =>
            {
                feed.Publish(probe);
                return !connection.Sent.IsEmpty;
            },
            _patience,
            "the loop listens");
        connection.Close();
        return host;
    }

    private static OperationEvent Happened(OperationState state) =>
        new(new OperationStatusRecord(Hash32.From(1), state, null, null, A.Moment), A.EntryPoint.Address, A.Account, 0);

    private static async Task<JsonElement> AskAsync(ClientWebSocket socket, string message)
    {
        await socket.SendAsync(Encoding.UTF8.GetBytes(message), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None).WaitAsync(_patience);
        return await ReceiveAsync(socket);
    }

    private static async Task<JsonElement> ReceiveAsync(ClientWebSocket socket)
    {
        byte[] bytes = new byte[64 * 1_024];
        WebSocketReceiveResult result = await socket.ReceiveAsync(new ArraySegment<byte>(bytes), CancellationToken.None).WaitAsync(_patience);
        return JsonElement.Parse(Encoding.UTF8.GetString(bytes, 0, result.Count));
    }
}
