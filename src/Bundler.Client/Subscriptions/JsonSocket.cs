using System.Net.WebSockets;
using System.Text;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace Bundler.Client.Subscriptions;

/// <summary>JSON-RPC messages over a WebSocket.</summary>
internal sealed class JsonSocket : IDisposable
{
    private const int MaxMessageBytes = 1 << 20;
    private const int BufferBytes = 1 << 12;
    private const string SocketPath = "/ws";

    private readonly ClientWebSocket _socket = new();
    private readonly byte[] _buffer = new byte[BufferBytes];
    private int _id;

    private JsonSocket()
    {
    }

    public static async Task<JsonSocket> ConnectAsync(Uri url, CancellationToken cancellationToken)
    {
        JsonSocket connected = new();
        try
        {
            await connected._socket.ConnectAsync(AddressOf(url), cancellationToken).ConfigureAwait(false);
            return connected;
        }
        catch
        {
            connected.Dispose();
            throw;
        }
    }

    public Task SendAsync(string method, JArray parameters, CancellationToken cancellationToken)
    {
        JObject request = new() { ["jsonrpc"] = "2.0", ["id"] = ++_id, ["method"] = method, ["params"] = parameters };
        return _socket.SendAsync(Encoding.UTF8.GetBytes(request.ToString(Formatting.None)), WebSocketMessageType.Text, endOfMessage: true, cancellationToken);
    }

    /// <summary>The next message; null when the other side has closed.</summary>
    /// <exception cref="WebSocketException">It is gone, or the message is too long.</exception>
    public async Task<JObject?> ReceiveAsync(CancellationToken cancellationToken)
    {
        using MemoryStream message = new();
        while (true)
        {
            WebSocketReceiveResult part = await _socket.ReceiveAsync(_buffer, cancellationToken).ConfigureAwait(false);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            message.Write(_buffer, 0, part.Count);
            if (message.Length > MaxMessageBytes)
            {
                throw new WebSocketException($"a message of more than {MaxMessageBytes} bytes");
            }

            if (part.EndOfMessage)
            {
                return JObject.Parse(Encoding.UTF8.GetString(message.GetBuffer(), 0, (int)message.Length));
            }
        }
    }

    public Task CloseAsync(CancellationToken cancellationToken) => _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellationToken);

    public void Dispose() => _socket.Dispose();

    private static Uri AddressOf(Uri url) => url.Scheme switch
    {
        "http" => new UriBuilder(url) { Scheme = "ws", Path = SocketPath }.Uri,
        "https" => new UriBuilder(url) { Scheme = "wss", Path = SocketPath }.Uri,
        _ => url,
    };
}
