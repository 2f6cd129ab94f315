using System.Globalization;
using Bundler.Paymaster.Keys;
using Microsoft.AspNetCore.Http;

namespace Bundler.Rpc.Access;

/// <summary>
/// The API key of a request: the last part of its path (viem's transport knows only a URL), a bearer token, or X-Api-Key. It is put beside the work and written
/// nowhere.
/// </summary>
internal static class KeyPath
{
    /// <summary>The route parameter.</summary>
    public const string Parameter = "key";

    /// <summary>A path with a key at its end, or with what has the length of one.</summary>
    public static string With(string path) => string.Create(CultureInfo.InvariantCulture, $"{path.TrimEnd('/')}/{{{Parameter}:length({ApiKeySecret.Length})}}");

    /// <summary>The route exists where the last part of the path looks like a key, known or not; anything else is 404.</summary>
    public static RequestDelegate Only(RequestDelegate route) => http =>
    {
        if (ApiKeySecret.Parse(http.Request.RouteValues[Parameter] as string) is not null)
        {
            return route(http);
        }

        http.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    };

    /// <summary>What the request shows of who asks.</summary>
    public static PresentedKey Read(HttpContext http)
    {
        string origin = http.Request.Headers.Origin.ToString();
        return new PresentedKey(
            ApiKeySecret.Parse(http.Request.RouteValues[Parameter] as string) ?? ApiKeySecret.Parse(Bearer(http.Request)) ?? ApiKeySecret.Parse(http.Request.Headers["X-Api-Key"].ToString()),
            origin.Length == 0 ? null : origin, http.Connection.RemoteIpAddress);
    }

    private static string? Bearer(HttpRequest request)
    {
        const string Scheme = "Bearer ";
        string authorization = request.Headers.Authorization.ToString();
        return authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? authorization[Scheme.Length..].Trim() : null;
    }
}
