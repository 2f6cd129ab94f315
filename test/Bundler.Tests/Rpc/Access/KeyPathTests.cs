using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.WebSockets;
using System.Text;
using Bundler.Paymaster.Keys;
using Bundler.Rpc.JsonRpc;

namespace Bundler.Tests.Rpc.Access;

/// <summary>An API key comes with the request: as the last part of the path, as a bearer token, or as X-Api-Key; and is written nowhere.</summary>
internal sealed class KeyPathTests
{
    private const string Request = """{"jsonrpc":"2.0","id":1,"method":"test_who"}""";

    private static readonly ApiKeySecret _secret = ApiKeySecret.Create();

    [TestCase("/{0}")]
    [TestCase("/rpc/{0}")]
    public async Task The_last_part_of_the_path_is_the_key(string path)
    {
        await using RpcHost host = await RpcHost.StartAsync([new Who()]);

        (HttpStatusCode status, string body) = await host.PostAsync(Request, string.Format(null, path, _secret.Reveal()));

        Assert.That((status, body), Is.EqualTo((HttpStatusCode.OK, Answer(_secret.Id))));
    }

    [TestCase("Authorization", "Bearer {0}")]
    [TestCase("authorization", "bearer {0}")]
    [TestCase("X-Api-Key", "{0}")]
    public async Task A_header_has_the_key(string header, string value)
    {
        await using RpcHost host = await RpcHost.StartAsync([new Who()]);
        host.Client.DefaultRequestHeaders.TryAddWithoutValidation(header, string.Format(null, value, _secret.Reveal()));

        Assert.That((await host.PostAsync(Request)).Body, Is.EqualTo(Answer(_secret.Id)));
    }

    [Test]
    public async Task Without_one_nobody_asks()
    {
        await using RpcHost host = await RpcHost.StartAsync([new Who()]);

        Assert.That((await host.PostAsync(Request)).Body, Is.EqualTo(Answer("nobody")));
    }

    [TestCase("/other")]
    [TestCase("/bk_1")]
    [TestCase("/bk_0011223344556677_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA!AA")]
    [TestCase("/rpc/other")]
    public async Task A_path_that_ends_otherwise_does_not_exist(string path)
    {
        await using RpcHost host = await RpcHost.StartAsync([new Who()]);

        Assert.That((await host.PostAsync(Request, path)).Status, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [TestCase("/")]
    [TestCase("/ws/")]
    public async Task A_socket_has_the_key_of_its_path(string path)
    {
        await using RpcHost host = await RpcHost.StartAsync([new Who()]);
        using ClientWebSocket socket = new();
        await socket.ConnectAsync(new UriBuilder(host.Url) { Scheme = "ws", Path = path + _secret.Reveal() }.Uri, default);
        await socket.SendAsync(Encoding.UTF8.GetBytes(Request), WebSocketMessageType.Text, endOfMessage: true, default);
        byte[] buffer = new byte[1_000];
        WebSocketReceiveResult read = await socket.ReceiveAsync(buffer, default);

        Assert.That(Encoding.UTF8.GetString(buffer, 0, read.Count), Is.EqualTo(Answer(_secret.Id)));
    }

    [Test]
    public async Task Row_24_no_span_has_the_key()
    {
        ConcurrentBag<Activity> ended = [];
        using ActivityListener listener = new()
        {
            ShouldListenTo = _ => true,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = ended.Add,
        };
        ActivitySource.AddActivityListener(listener);
        await using (RpcHost host = await RpcHost.StartAsync([new Who()]))
        {
            await host.PostAsync(Request, $"/rpc/{_secret.Reveal()}");
        }

        Activity[] ofServer = [.. ended.Where(span => span.Source.Name == "Microsoft.AspNetCore")];
        Assert.That(ofServer, Is.Not.Empty);
        Assert.That(ofServer.Select(span => $"{span.DisplayName} {string.Join(' ', span.TagObjects)}"), Has.None.Contains(_secret.Reveal()[^40..]));
    }

    private static string Answer(string who) => $$"""{"jsonrpc":"2.0","id":1,"result":"{{who}}"}""";

    private sealed class Who : RpcMethod
    {
        public override string Name => "test_who";

        public override ValueTask<RpcReply> InvokeAsync(RpcParams parameters, CancellationToken cancellationToken) =>
            ValueTask.FromResult(RpcReply.Of(writer => writer.WriteStringValue(PresentedKey.Current?.Secret?.Id ?? "nobody")));
    }
}
