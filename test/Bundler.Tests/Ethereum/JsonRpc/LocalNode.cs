using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Bundler.Testing;
using Microsoft.AspNetCore.Http;

namespace Bundler.Tests.Ethereum.JsonRpc;

/// <summary>A node on a loopback port: every POST goes to a handler, every WebSocket message too, and connections can be cut.</summary>
internal sealed class LocalNode : IAsyncDisposable
{
    private readonly LoopbackServer _server;
    private readonly ConcurrentDictionary<LocalSocket, bool> _sockets = new();

    private LocalNode(Func<HttpContext, Task>? onPost, Func<LocalSocket, JsonNode, Task>? onMessage) =>
        _server = new LoopbackServer(context => context.WebSockets.IsWebSocketRequest ? ServeAsync(context, onMessage!) : onPost!(context));

    public Uri HttpUrl => _server.Url;

    public Uri SocketUrl => new UriBuilder(HttpUrl) { Scheme = "ws" }.Uri;

    /// <summary>When false, WebSocket handshakes are answered 503.</summary>
    public bool AcceptsSockets { get; set; } = true;

    public IReadOnlyCollection<LocalSocket> Sockets => [.. _sockets.Keys];

    public static async Task<LocalNode> StartAsync(Func<HttpContext, Task>? onPost = null, Func<LocalSocket, JsonNode, Task>? onMessage = null)
    {
        LocalNode node = new(onPost, onMessage);
        await node._server.StartAsync();
        return node;
    }

    /// <summary>A node that gives every POST the same answer.</summary>
    public static Task<LocalNode> AnsweringAsync(int status, string contentType, string body) => StartAsync(async context =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        await context.Response.WriteAsync(body);
    });

    public static async Task<JsonNode> ReadAsync(HttpContext context)
    {
        using StreamReader reader = new(context.Request.Body, Encoding.UTF8);
        return JsonNode.Parse(await reader.ReadToEndAsync())!;
    }

    public void CutSockets()
    {
        foreach (LocalSocket socket in _sockets.Keys)
        {
            socket.Cut();
        }
    }

    public async ValueTask DisposeAsync()
    {
        CutSockets();
        await _server.DisposeAsync();
    }

    private async Task ServeAsync(HttpContext context, Func<LocalSocket, JsonNode, Task> onMessage)
    {
        if (!AcceptsSockets)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }

        using WebSocket webSocket = await context.WebSockets.AcceptWebSocketAsync();
        LocalSocket socket = new(webSocket, context);
        _sockets[socket] = true;
        try
        {
            while (await socket.ReceiveAsync() is { } message)
            {
                await onMessage(socket, message);
            }
        }
        finally
        {
            _sockets.TryRemove(socket, out _);
        }
    }
}
