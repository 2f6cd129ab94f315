using System.Text.Json;
using Bundler.Engine;
using Bundler.Ethereum.JsonRpc;
using Bundler.Rpc.Access;
using Bundler.Rpc.JsonRpc;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Bundler.Rpc.Rest;

/// <summary>
/// A route of the operators: 404 anywhere but at their address, 403 for web pages of others, 400 with the reason for a malformed query, 503 while the store or the Ethereum node
/// is away.
/// </summary>
internal static class OperatorRoute
{
    /// <summary>For a route whose callers add what they like: collectors of metrics do.</summary>
    public const string AnyParameter = "*";

    /// <param name="endpoints">Where.</param>
    /// <param name="path">The route.</param>
    /// <param name="answer">Writes the answer.</param>
    /// <param name="parameters">What its query may have; any other name is refused, because whoever misspells a limit would have none.</param>
    public static void MapOperatorGet(this IEndpointRouteBuilder endpoints, string path, Func<HttpContext, Task> answer, params string[] parameters) =>
        endpoints.MapGet(path, (RequestDelegate)(http => AnswerAsync(http, answer, parameters)));

    /// <inheritdoc cref="MapOperatorGet"/>
    public static void MapOperatorPost(this IEndpointRouteBuilder endpoints, string path, Func<HttpContext, Task> answer, params string[] parameters) =>
        endpoints.MapPost(path, (RequestDelegate)(http => AnswerAsync(http, answer, parameters)));

    /// <summary>A parameter of the query, or <c>null</c>.</summary>
    /// <exception cref="QueryException">It is there twice, or empty.</exception>
    public static string? Text(HttpRequest request, string name) =>
        request.Query.TryGetValue(name, out Microsoft.Extensions.Primitives.StringValues values)
            ? values.Count == 1 && !string.IsNullOrEmpty(values[0]) ? values[0] : throw new QueryException(name, "one value")
            : null;

    /// <summary>An answer of one JSON value.</summary>
    public static async Task SendJsonAsync(HttpContext http, int status, Action<Utf8JsonWriter> value)
    {
        using PooledBuffer body = new();
        await using (Utf8JsonWriter writer = new(body, ResponseJson.Options))
        {
            value(writer);
        }

        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = body.Length;
        http.Response.Headers.CacheControl = "no-store";
        await http.Response.BodyWriter.WriteAsync(body.WrittenMemory, http.RequestAborted);
    }

    public static Task SendErrorAsync(HttpContext http, int status, string message) => SendJsonAsync(http, status, writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("error"u8, message);
        writer.WriteEndObject();
    });

    private static async Task AnswerAsync(HttpContext http, Func<HttpContext, Task> answer, string[] parameters)
    {
        if (!OperatorListener.Admits(http))
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        if (http.RequestServices.GetRequiredService<OperatorGate>().Refusal(http.Request) is { } refusal)
        {
            await SendErrorAsync(http, StatusCodes.Status403Forbidden, refusal);
            return;
        }

        try
        {
            if (!parameters.Contains(AnyParameter) && http.Request.Query.Keys.FirstOrDefault(name => !parameters.Contains(name, StringComparer.OrdinalIgnoreCase)) is { } unknown)
            {
                throw new QueryException(unknown, parameters.Length == 0 ? "there are no parameters here" : $"not one of {string.Join(", ", parameters)}");
            }

            await answer(http);
        }
        catch (QueryException malformed)
        {
            await SendErrorAsync(http, StatusCodes.Status400BadRequest, malformed.Message);
        }
        catch (StoreUnavailableException) when (!http.Response.HasStarted)
        {
            await SendErrorAsync(http, StatusCodes.Status503ServiceUnavailable, "the store does not answer now");
        }
        catch (TransportException) when (!http.Response.HasStarted)
        {
            await SendErrorAsync(http, StatusCodes.Status503ServiceUnavailable, "the Ethereum node does not answer now");
        }
    }
}
