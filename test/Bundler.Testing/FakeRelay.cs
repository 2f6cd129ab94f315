using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Bundler.Testing;

/// <summary>
/// A private relay, or a node that takes conditional transactions: it remembers what it is sent, and hands the transaction in it to the chain or
/// swallows it or refuses it. Everything that sends nothing is passed on to the chain.
/// </summary>
public sealed class FakeRelay : IAsyncDisposable
{
    private readonly HttpClient _http = new();
    private readonly Uri _node;
    private readonly Lock _lock = new();
    private readonly List<(string Body, IHeaderDictionary Headers)> _requests = [];
    private readonly LoopbackServer _server;
    private volatile string? _refusal;

    private FakeRelay(Uri node)
    {
        _node = node;
        _server = new LoopbackServer(ServeAsync);
    }

    /// <summary>Where it listens.</summary>
    public Uri Url => _server.Url;

    /// <summary>Takes transactions, and nothing comes of them.</summary>
    public bool Swallows { get; set; }

    /// <summary>Every request that sends something: the body to the byte, and its headers.</summary>
    public IReadOnlyList<(string Body, IHeaderDictionary Headers)> Requests
    {
        get
        {
            lock (_lock)
            {
                return [.. _requests];
            }
        }
    }

    /// <param name="node">The chain behind it.</param>
    public static async Task<FakeRelay> StartAsync(Uri node)
    {
        FakeRelay relay = new(node);
        await relay._server.StartAsync();
        return relay;
    }

    /// <summary>Answers what sends with this error; null: takes it again.</summary>
    public void Refuse(string? message) => _refusal = message;

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _http.Dispose();
    }

    private async Task ServeAsync(HttpContext context)
    {
        using StreamReader reader = new(context.Request.Body);
        string body = await reader.ReadToEndAsync(context.RequestAborted);
        JsonNode request = JsonNode.Parse(body)!;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(await AnswerAsync(request, body, context.Request.Headers), context.RequestAborted);
    }

    private async Task<string> AnswerAsync(JsonNode request, string body, IHeaderDictionary headers)
    {
        if (request is not JsonObject || RawIn(request["params"]) is not { } raw || !IsSend((string)request["method"]!))
        {
            return await PassAsync(body);
        }

        lock (_lock)
        {
            _requests.Add((body, new HeaderDictionary(headers.ToDictionary())));
        }

        if (_refusal is { } refusal)
        {
            return new JsonObject { ["jsonrpc"] = "2.0", ["id"] = request["id"]!.DeepClone(), ["error"] = new JsonObject { ["code"] = -32000, ["message"] = refusal } }
                .ToJsonString();
        }

        if (!Swallows)
        {
            await PassAsync(new JsonObject { ["jsonrpc"] = "2.0", ["id"] = 1, ["method"] = "eth_sendRawTransaction", ["params"] = new JsonArray(raw) }.ToJsonString());
        }

        return new JsonObject { ["jsonrpc"] = "2.0", ["id"] = request["id"]!.DeepClone(), ["result"] = "0x" + new string('0', 64) }.ToJsonString();
    }

    private static bool IsSend(string method) => method is "bsc_private_tx" or "blxr_submit_bundle" || method.StartsWith("eth_send", StringComparison.Ordinal);

    // The signed bytes, wherever a dialect puts them.
    private static string? RawIn(JsonNode? parameters) => (parameters is JsonArray { Count: > 0 } array ? array[0] : parameters) switch
    {
        JsonValue text => (string?)text,
        JsonObject bundle when bundle["txs"] is JsonArray transactions => With0x((string)transactions[0]!),
        JsonObject single => With0x((string?)(single["tx"] ?? single["transaction"])),
        _ => null,
    };

    private static string? With0x(string? raw) => raw is null || raw.StartsWith("0x", StringComparison.Ordinal) ? raw : "0x" + raw;

    private async Task<string> PassAsync(string body)
    {
        using StringContent content = new(body, new MediaTypeHeaderValue("application/json"));
        using HttpResponseMessage response = await _http.PostAsync(_node, content);
        return await response.Content.ReadAsStringAsync();
    }
}
