using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Bundler.ChainTests.Methods;

/// <summary>A socket to the living node.</summary>
internal sealed class SocketRig : IAsyncDisposable
{
    private readonly ClientWebSocket _socket = new();

    public static async Task<SocketRig> ConnectAsync()
    {
        SocketRig rig = new();
        await rig._socket.ConnectAsync(new UriBuilder(MethodNodes.Living.Node.Url) { Scheme = "ws", Path = "/ws" }.Uri, CancellationToken.None);
        return rig;
    }

    /// <summary>The result of a call; messages of subscriptions that come before it are passed over.</summary>
    public async Task<JsonElement> AskAsync(string method, params object[] parameters)
    {
        byte[] message = JsonSerializer.SerializeToUtf8Bytes(new { jsonrpc = "2.0", id = 1, method, @params = parameters });
        await _socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        JsonElement answer;
        do
        {
            answer = await ReceiveAsync();
        }
        while (!answer.TryGetProperty("id", out _));

        return answer.GetProperty("result");
    }

    public async Task<JsonElement> ReceiveAsync()
    {
        byte[] bytes = new byte[64 * 1_024];
        WebSocketReceiveResult result = await _socket.ReceiveAsync(new ArraySegment<byte>(bytes), CancellationToken.None).WaitAsync(MethodRig.Deadline);
        return JsonElement.Parse(Encoding.UTF8.GetString(bytes, 0, result.Count));
    }

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }
}
