using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Bundler.Ethereum.Primitives;

namespace Bundler.Signing.KeyServices.Rest;

/// <summary>JSON over HTTPS to one key, with a bearer token: sends, and turns what comes back into the answer or a typed fault.</summary>
internal sealed class RestKeyClient(string key, HttpClient http, IAccessTokenSource tokens, RestKeyClient.FaultReader faultOf) : IDisposable
{
    private const int MaxAnswerBytes = 64 * 1_024;
    private const string Redacted = "[redacted]";

    /// <summary>The fault that a refusal means, or null when its status says it all; and the service's own words.</summary>
    public delegate (SignerFault? Fault, string? Reason) FaultReader(HttpStatusCode status, string body);

    /// <summary>A client that follows no redirects and reads no long answers.</summary>
    public static HttpClient CreateHttp() =>
        new(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
        {
            MaxResponseContentBufferSize = MaxAnswerBytes,
            Timeout = Timeout.InfiniteTimeSpan, // PatientKeyService has the clock
        };

    public Task<TAnswer> GetAsync<TAnswer>(Uri uri, JsonTypeInfo<TAnswer> type, CancellationToken cancellationToken) =>
        SendAsync(() => new HttpRequestMessage(HttpMethod.Get, uri), type, cancellationToken);

    public Task<TAnswer> PostAsync<TBody, TAnswer>(
        Uri uri, TBody body, JsonTypeInfo<TBody> bodyType, JsonTypeInfo<TAnswer> type, CancellationToken cancellationToken) =>
        SendAsync(
            () => new HttpRequestMessage(HttpMethod.Post, uri)
            {
                Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body, bodyType))
                {
                    Headers = { ContentType = new MediaTypeHeaderValue("application/json") },
                },
            },
            type,
            cancellationToken);

    public SignerUnavailableException Fault(SignerFault fault, string reason, Exception? inner = null) => new(fault, key, reason, inner);

    public void Dispose() => http.Dispose();

    private async Task<TAnswer> SendAsync<TAnswer>(Func<HttpRequestMessage> create, JsonTypeInfo<TAnswer> type, CancellationToken cancellationToken)
    {
        try
        {
            using HttpRequestMessage request = create();
            string token = await tokens.GetAsync(cancellationToken);
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            using HttpResponseMessage response = await http.SendAsync(request, cancellationToken);
            string body = await response.Content.ReadAsStringAsync(cancellationToken);
            return response.IsSuccessStatusCode
                ? JsonSerializer.Deserialize(body, type) ?? throw Fault(SignerFault.AnswerCorrupted, "the answer is null")
                : throw Refusal(response.StatusCode, body.Replace(token, Redacted, StringComparison.Ordinal));
        }
        catch (AccessTokenException denied)
        {
            throw Fault(SignerFault.AccessDenied, denied.Message, denied);
        }
        catch (HttpRequestException unreachable)
        {
            throw Fault(SignerFault.Unreachable, unreachable.Message, unreachable);
        }
        catch (JsonException malformed)
        {
            throw Fault(SignerFault.AnswerCorrupted, "the answer is not the JSON that was expected", malformed);
        }
        catch (CodecException malformed)
        {
            throw Fault(SignerFault.AnswerCorrupted, malformed.Message, malformed);
        }
    }

    private SignerUnavailableException Refusal(HttpStatusCode status, string body)
    {
        (SignerFault? fault, string? reason) = faultOf(status, body);
        return Fault(fault ?? OfStatus(status), reason ?? $"HTTP {(int)status}");
    }

    private static SignerFault OfStatus(HttpStatusCode status) => status switch
    {
        HttpStatusCode.TooManyRequests => SignerFault.Throttled,
        HttpStatusCode.RequestTimeout or HttpStatusCode.GatewayTimeout => SignerFault.TimedOut,
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => SignerFault.AccessDenied,
        HttpStatusCode.NotFound => SignerFault.KeyNotFound,
        >= HttpStatusCode.InternalServerError => SignerFault.ServiceFaulted,
        _ => SignerFault.RequestRefused,
    };
}
