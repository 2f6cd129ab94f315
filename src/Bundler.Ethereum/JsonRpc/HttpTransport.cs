using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Bundler.Ethereum.JsonRpc;

/// <summary>JSON-RPC by POST over one <see cref="HttpClient"/>.</summary>
public sealed class HttpTransport : IJsonRpcTransport, IDisposable
{
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(5);
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    private readonly HttpTransportOptions _options;
    private readonly TimeProvider _clock;
    private readonly HttpClient _http;
    private readonly Uri _url;
    private readonly UrlSecrets _secrets;
    private long _lastId;
    private volatile bool _withoutBatches;

    public HttpTransport(HttpTransportOptions options, TimeProvider clock)
    {
        _options = options;
        _clock = clock;
        _secrets = new UrlSecrets(options.Url, options.Headers);
        _url = new UriBuilder(options.Url) { UserName = "", Password = "" }.Uri;
        _http = new HttpClient(new SocketsHttpHandler
        {
            PooledConnectionLifetime = ConnectionLifetime,
            MaxConnectionsPerServer = options.MaxConnections,
            AutomaticDecompression = DecompressionMethods.All,

            // Headers with keys would go along to wherever the node points.
            AllowAutoRedirect = false,

            // Who traces nothing tells the node nothing of his traces.
            ActivityHeadersPropagator = new RecordedTracesOnly(),
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        foreach ((string name, string value) in options.Headers)
        {
            // Checking it would print a value that is no good.
            _http.DefaultRequestHeaders.TryAddWithoutValidation(name, value);
        }

        if (options.Url.UserInfo is { Length: > 0 } user)
        {
            string credentials = Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(user)));
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", credentials);
        }
    }

    /// <summary>Whether the node has refused batches, so that single requests take their place.</summary>
    public bool IsWithoutBatches => _withoutBatches;

    public async Task<JsonElement> SendAsync(JsonRpcRequest request, CancellationToken cancellationToken) =>
        (await SendSingleAsync(request, cancellationToken)).Result;

    public Task<IReadOnlyList<JsonRpcResponse>> SendBatchAsync(IReadOnlyList<JsonRpcRequest> requests, CancellationToken cancellationToken) =>
        BatchInParts.SendAsync(requests, part => SendPartAsync(part, cancellationToken));

    private async Task<IReadOnlyList<JsonRpcResponse>> SendPartAsync(IReadOnlyList<JsonRpcRequest> requests, CancellationToken cancellationToken)
    {
        if (requests.Count <= 1 || _withoutBatches)
        {
            return await SendSinglesAsync(requests, cancellationToken);
        }

        List<JsonRpcResponse> responses = new(requests.Count);
        foreach (JsonRpcRequest[] chunk in requests.Chunk(_options.MaxBatchSize))
        {
            responses.AddRange(await SendChunkAsync(chunk, cancellationToken));
        }

        return responses;
    }

    public void Dispose() => _http.Dispose();

    private async Task<JsonRpcResponse> SendSingleAsync(JsonRpcRequest request, CancellationToken cancellationToken)
    {
        long id = Interlocked.Increment(ref _lastId);
        HttpAnswer answer = await PostAsync(
            writer => JsonRpcWire.WriteRequest(writer, request, id), _options.Bounds.Of(request.Method), cancellationToken);
        return answer.Body is { } body && JsonRpcWire.IsResponse(body) ? JsonRpcWire.ReadSingle(body, id, _secrets) : throw NotJsonRpc(answer.Status);
    }

    private Task<IReadOnlyList<JsonRpcResponse>> SendSinglesAsync(IReadOnlyList<JsonRpcRequest> requests, CancellationToken cancellationToken) =>
        new SinglesInsteadOfBatch(SendSingleAsync, _options.SinglesInFlight, _options.SinglesRetry, _clock).SendAsync(requests, cancellationToken);

    private async Task<IReadOnlyList<JsonRpcResponse>> SendChunkAsync(JsonRpcRequest[] requests, CancellationToken cancellationToken)
    {
        long firstId = Interlocked.Add(ref _lastId, requests.Length) - requests.Length + 1;
        HttpAnswer answer = await PostAsync(
            writer => JsonRpcWire.WriteBatch(writer, requests, firstId), _options.Bounds.Of(requests), cancellationToken);
        if (answer.Body is { ValueKind: JsonValueKind.Array } array)
        {
            return JsonRpcWire.ReadBatch(array, firstId, requests.Length, _secrets);
        }

        JsonRpcError? refusal = answer.Body is { } body && JsonRpcWire.IsResponse(body) ? JsonRpcWire.ReadResponse(body, _secrets).Error : null;
        if (RefusesBatches(answer.Status, refusal))
        {
            IReadOnlyList<JsonRpcResponse> responses = await SendSinglesAsync(requests, cancellationToken);
            _withoutBatches = true;
            return responses;
        }

        return refusal is null ? throw NotJsonRpc(answer.Status) : Array.ConvertAll(requests, _ => new JsonRpcResponse(refusal));
    }

    // One error for the whole array: the node did not look inside. Any other error (a rate limit, say) speaks of this batch alone.
    private static bool RefusesBatches(HttpStatusCode status, JsonRpcError? refusal) =>
        status is HttpStatusCode.Forbidden or HttpStatusCode.RequestEntityTooLarge
        || (refusal is null
            ? status is HttpStatusCode.BadRequest or HttpStatusCode.UnsupportedMediaType or HttpStatusCode.NotImplemented
            : refusal.Code is JsonRpcError.ParseError or JsonRpcError.InvalidRequest or JsonRpcError.MethodNotFound);

    private async Task<HttpAnswer> PostAsync(Action<Utf8JsonWriter> writeBody, int bound, CancellationToken cancellationToken)
    {
        using CancellationTokenSource timeout = new(_options.Timeout, _clock);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            using HttpRequestMessage message = Message(writeBody);
            using HttpResponseMessage response = await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, either.Token);
            if (response.StatusCode == HttpStatusCode.TooManyRequests)
            {
                throw new TransportException(TransportFault.HttpStatus, $"{Node} answered HTTP 429")
                {
                    StatusCode = (int)HttpStatusCode.TooManyRequests,
                    RetryAfter = response.Headers.RetryAfter is { } after ? ReadDelay(after) : null,
                };
            }

            ReadOnlyMemory<byte> body = await AnswerBody.ReadAsync(response.Content, bound, either.Token)
                ?? throw new TransportException(TransportFault.TooLarge, $"the answer of {Node} exceeds {bound} bytes") { Bound = bound };
            return response.IsSuccessStatusCode
                ? new HttpAnswer(response.StatusCode, JsonRpcWire.Parse(body))
                : new HttpAnswer(response.StatusCode, ParseIfJson(body.Span));
        }
        catch (OperationCanceledException fault) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TransportException(TransportFault.Timeout, $"{Node} did not answer within {_options.Timeout.TotalSeconds} s", fault);
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException)
        {
            throw new TransportException(TransportFault.Unreachable, $"{Node} cannot be reached: {fault.Message}", fault);
        }
    }

    private TimeSpan? ReadDelay(RetryConditionHeaderValue after) => after.Delta ?? (after.Date is { } date ? date - _clock.GetUtcNow() : null);

    private string Node => SafeUrl.Node(_options.Url);

    private HttpRequestMessage Message(Action<Utf8JsonWriter> writeBody)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer, JsonRpcRequest.WriterOptions))
        {
            writeBody(writer);
        }

        HttpRequestMessage message = new(HttpMethod.Post, _url)
        {
            Content = new ReadOnlyMemoryContent(buffer.WrittenMemory) { Headers = { ContentType = Json } },
        };
        if (_options.SignBody is { } sign)
        {
            (string name, string value) = sign(buffer.WrittenMemory);
            message.Headers.Add(name, value);
        }

        return message;
    }

    // An error status may come with a JSON-RPC error, and as well with a page of HTML.
    private static JsonElement? ParseIfJson(ReadOnlySpan<byte> body)
    {
        Utf8JsonReader reader = new(body);
        return body.Length > 0 && body[0] is (byte)'{' or (byte)'[' && JsonElement.TryParseValue(ref reader, out JsonElement? parsed) ? parsed : null;
    }

    private TransportException NotJsonRpc(HttpStatusCode status) =>
        (int)status is >= 200 and <= 299
            ? new TransportException(TransportFault.Malformed, $"{Node} did not answer in JSON-RPC")
            : new TransportException(TransportFault.HttpStatus, $"{Node} answered HTTP {(int)status}") { StatusCode = (int)status };

    private readonly record struct HttpAnswer(HttpStatusCode Status, JsonElement? Body);
}
