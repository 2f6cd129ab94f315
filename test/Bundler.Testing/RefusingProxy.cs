using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Bundler.Testing;

/// <summary>Stands before an Ethereum node as hosted endpoints do: passes requests on, but refuses some methods, and counts all of them.</summary>
public sealed class RefusingProxy : IAsyncDisposable
{
    private readonly HttpClient _http = new();
    private readonly Uri _node;
    private readonly HashSet<string> _refused;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _counts = [];
    private readonly WebApplication _app;

    private RefusingProxy(Uri node, IEnumerable<string> refused)
    {
        _node = node;
        _refused = [.. refused];
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.Run(ServeAsync);
    }

    /// <summary>Where it listens.</summary>
    public Uri Url { get; private set; } = new("http://127.0.0.1");

    /// <param name="node">The node behind it.</param>
    /// <param name="refused">The methods that it does not pass on.</param>
    public static async Task<RefusingProxy> StartAsync(Uri node, params IEnumerable<string> refused)
    {
        RefusingProxy proxy = new(node, refused);
        await proxy._app.StartAsync();
        proxy.Url = new Uri(proxy._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        return proxy;
    }

    /// <summary>How often a method was asked for, also inside batches and also in vain.</summary>
    public int CountOf(string method)
    {
        lock (_lock)
        {
            return _counts.GetValueOrDefault(method);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _http.Dispose();
    }

    private async Task ServeAsync(HttpContext context)
    {
        JsonNode body = (await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted))!;
        JsonNode answer = body is JsonArray batch
            ? new JsonArray(await Task.WhenAll(batch.Select(request => AnswerAsync(request!))))
            : await AnswerAsync(body);
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(answer.ToJsonString(), context.RequestAborted);
    }

    private async Task<JsonNode> AnswerAsync(JsonNode request)
    {
        string method = (string)request["method"]!;
        lock (_lock)
        {
            _counts[method] = _counts.GetValueOrDefault(method) + 1;
        }

        if (_refused.Contains(method))
        {
            return new JsonObject
            {
                ["jsonrpc"] = "2.0",
                ["id"] = request["id"]?.DeepClone(),
                ["error"] = new JsonObject { ["code"] = -32005, ["message"] = "the range is not served" },
            };
        }

        using StringContent content = new(request.ToJsonString(), new MediaTypeHeaderValue("application/json"));
        using HttpResponseMessage response = await _http.PostAsync(_node, content);
        return (await JsonNode.ParseAsync(await response.Content.ReadAsStreamAsync()))!;
    }
}
