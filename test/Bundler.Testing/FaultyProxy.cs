using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Bundler.Testing;

/// <summary>
/// Stands before an Ethereum node and passes requests on, one by one, until a test tells it to fail: all of them or some methods, as
/// <see cref="ProxyFault"/> says. It counts what it is asked.
/// </summary>
public sealed class FaultyProxy : IAsyncDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan _interval = TimeSpan.FromMilliseconds(20);

    private readonly HttpClient _http = new() { Timeout = _patience };
    private readonly Uri _node;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, ProxyFault> _faults = [];
    private readonly Dictionary<string, int> _counts = [];
    private readonly Dictionary<string, int> _requests = [];
    private readonly LoopbackServer _server;
    private ProxyFault? _ofAll;

    private FaultyProxy(Uri node)
    {
        _node = node;
        _server = new LoopbackServer(ServeAsync);
    }

    /// <summary>Where it listens.</summary>
    public Uri Url => _server.Url;

    /// <param name="node">The node behind it.</param>
    public static async Task<FaultyProxy> StartAsync(Uri node)
    {
        FaultyProxy proxy = new(node);
        await proxy._server.StartAsync();
        return proxy;
    }

    /// <summary>Fails every request that has no fault of its own.</summary>
    public void Fail(ProxyFault fault)
    {
        lock (_lock)
        {
            _ofAll = fault;
        }
    }

    /// <summary>Fails the requests of these methods.</summary>
    public void Fail(ProxyFault fault, params IReadOnlyList<string> methods)
    {
        lock (_lock)
        {
            foreach (string method in methods)
            {
                _faults[method] = fault;
            }
        }
    }

    /// <summary>Refuses batches with HTTP 403, as some gateways do; single requests take their place.</summary>
    public bool RefusesBatches { get; set; }

    /// <summary>Ends all faults; what was stalled goes on.</summary>
    public void Heal()
    {
        lock (_lock)
        {
            _ofAll = null;
            _faults.Clear();
        }
    }

    /// <summary>How often a method was asked for, also inside batches and also in vain.</summary>
    public int CountOf(string method)
    {
        lock (_lock)
        {
            return _counts.GetValueOrDefault(method);
        }
    }

    /// <summary>How often it was asked for anything.</summary>
    public int Total
    {
        get
        {
            lock (_lock)
            {
                return _counts.Values.Sum();
            }
        }
    }

    /// <summary>How often each method was asked for until now.</summary>
    public IReadOnlyDictionary<string, int> Counts()
    {
        lock (_lock)
        {
            return new Dictionary<string, int>(_counts);
        }
    }

    /// <summary>HTTP requests that ask for a method, once or more often.</summary>
    public int RequestsWith(string method)
    {
        lock (_lock)
        {
            return _requests.GetValueOrDefault(method);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Heal();
        await _server.DisposeAsync();
        _http.Dispose();
    }

    private async Task ServeAsync(HttpContext context)
    {
        JsonNode body = (await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted))!;
        JsonNode[] requests = body is JsonArray batch ? [.. batch.Select(request => request!)] : [body];
        Count(requests);
        if (RefusesBatches && body is JsonArray)
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        await WhileAsync<ProxyFault.Stall>(requests, context.RequestAborted);
        ProxyFault? chosen = Find<ProxyFault.Sometimes>(requests)?.Next();
        if ((chosen as ProxyFault.Status ?? Find<ProxyFault.Status>(requests)) is { } status)
        {
            context.Response.StatusCode = status.Code;
            return;
        }

        if ((chosen as ProxyFault.Text ?? Find<ProxyFault.Text>(requests)) is { } text)
        {
            await context.Response.WriteAsync(text.Body, context.RequestAborted);
            return;
        }

        if (chosen is ProxyFault.Drop || Find<ProxyFault.Drop>(requests) is not null)
        {
            context.Abort();
            return;
        }

        JsonNode[] answers = await Task.WhenAll(requests.Select(AnswerAsync));
        if (chosen is ProxyFault.LoseAnswer || Find<ProxyFault.LoseAnswer>(requests) is not null)
        {
            context.Abort();
            return;
        }

        string answer = (body is JsonArray ? new JsonArray(answers) : answers[0]).ToJsonString();
        bool isCut = chosen is ProxyFault.Cut || Find<ProxyFault.Cut>(requests) is not null;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = isCut ? Encoding.UTF8.GetByteCount(answer) : null;
        await context.Response.WriteAsync(isCut ? answer[..(answer.Length / 2)] : answer, context.RequestAborted);
        if (isCut)
        {
            context.Abort();
        }
    }

    private async Task<JsonNode> AnswerAsync(JsonNode request)
    {
        ProxyFault? fault = FaultOf(request);
        if (fault is ProxyFault.Refuse refuse && refuse.When(request["params"]))
        {
            return new JsonObject
            {
                ["jsonrpc"] = "2.0",
                ["id"] = request["id"]?.DeepClone(),
                ["error"] = new JsonObject { ["code"] = refuse.Code, ["message"] = refuse.Message },
            };
        }

        using StringContent content = new(request.ToJsonString(), new MediaTypeHeaderValue("application/json"));
        using HttpResponseMessage response = await _http.PostAsync(_node, content);
        JsonNode answer = (await JsonNode.ParseAsync(await response.Content.ReadAsStreamAsync()))!;
        if (fault is ProxyFault.Lie lie && answer is JsonObject told && told.ContainsKey("result"))
        {
            told["result"] = lie.Change(request["params"], told["result"]?.DeepClone())?.DeepClone();
        }

        return answer;
    }

    private async Task WhileAsync<T>(JsonNode[] requests, CancellationToken cancellationToken)
        where T : ProxyFault
    {
        while (Find<T>(requests) is not null)
        {
            await Task.Delay(_interval, TimeProvider.System, cancellationToken);
        }
    }

    private void Count(JsonNode[] requests)
    {
        lock (_lock)
        {
            foreach (string method in requests.Select(MethodOf))
            {
                _counts[method] = _counts.GetValueOrDefault(method) + 1;
            }

            foreach (string method in requests.Select(MethodOf).Distinct())
            {
                _requests[method] = _requests.GetValueOrDefault(method) + 1;
            }
        }
    }

    private T? Find<T>(JsonNode[] requests)
        where T : ProxyFault => requests.Select(FaultOf).OfType<T>().FirstOrDefault();

    private ProxyFault? FaultOf(JsonNode request)
    {
        lock (_lock)
        {
            ProxyFault? fault = _faults.GetValueOrDefault(MethodOf(request)) ?? _ofAll;
            return fault is ProxyFault.Stall { When: { } when } && !when(request["params"]) ? null : fault;
        }
    }

    private static string MethodOf(JsonNode request) => (string)request["method"]!;
}
