using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Bundler.Tests.Ethereum.JsonRpc;

/// <summary>One connection to a <see cref="LocalNode"/>, seen from the node.</summary>
internal sealed class LocalSocket(WebSocket socket, HttpContext context)
{
    // The context is taken away with its request, which may end at any moment; what aborts the connection stays.
    private readonly IHttpRequestLifetimeFeature _connection = context.Features.GetRequiredFeature<IHttpRequestLifetimeFeature>();

    public async Task<JsonNode?> ReceiveAsync()
    {
        using MemoryStream message = new();
        byte[] buffer = new byte[4096];
        try
        {
            while (true)
            {
                WebSocketReceiveResult received = await socket.ReceiveAsync(buffer, CancellationToken.None);
                if (received.MessageType == WebSocketMessageType.Close)
                {
                    return null;
                }

                message.Write(buffer, 0, received.Count);
                if (received.EndOfMessage)
                {
                    return JsonNode.Parse(Encoding.UTF8.GetString(message.ToArray()));
                }
            }
        }
        catch (WebSocketException)
        {
            return null;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    public Task SendAsync(JsonNode message) => SendAsync(message.ToJsonString());

    public Task SendAsync(string message) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(message), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);

    public Task AnswerAsync(JsonNode request, JsonNode? result) =>
        SendAsync(new JsonObject { ["jsonrpc"] = "2.0", ["id"] = request["id"]!.DeepClone(), ["result"] = result });

    public Task AnnounceAsync(string subscription, JsonNode result) => SendAsync(new JsonObject
    {
        ["jsonrpc"] = "2.0",
        ["method"] = "eth_subscription",
        ["params"] = new JsonObject { ["subscription"] = subscription, ["result"] = result },
    });

    public void Cut() => _connection.Abort();
}
