using System.Net.WebSockets;
using Bundler.Engine;
using Bundler.Paymaster.Keys;
using Bundler.Rpc.Access;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Bundler.Rpc.JsonRpc;

/// <summary>JSON-RPC over WebSocket, at <c>/ws</c> and as an upgrade of <c>/</c>: one message is one request or batch.</summary>
internal sealed class WebSocketEndpoint(
    JsonRpcProcessor processor,
    CorsOrigins origins,
    IOptions<RpcOptions> options,
    IHostApplicationLifetime lifetime,
    ILogger<WebSocketEndpoint> logger)
{
    private readonly RpcOptions _options = options.Value;
    private int _open;

    /// <summary>GET: an upgrade, or 405.</summary>
    public async Task HandleAsync(HttpContext http)
    {
        if (!http.WebSockets.IsWebSocketRequest)
        {
            http.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            http.Response.Headers.Allow = "POST, OPTIONS";
            return;
        }

        // CORS does not reach sockets: the browser sends the origin and leaves the decision to us.
        if (!origins.Admits(http.Request))
        {
            http.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        try
        {
            if (Interlocked.Increment(ref _open) > _options.MaxSockets)
            {
                http.Response.StatusCode = StatusCodes.Status429TooManyRequests;
                return;
            }

            using WebSocket socket = await http.WebSockets.AcceptWebSocketAsync();
            using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping);
            Caller.Current = new Caller(http.Connection.RemoteIpAddress, http.Connection.Id);
            PresentedKey.Current = KeyPath.Read(http);
            await new SocketSession(processor, _options, logger).RunAsync(socket, end.Token);
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }
}
