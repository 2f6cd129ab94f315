using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Bundler.Rpc.Access;

/// <summary>Which web pages may call the node: wallets that live in a browser need the CORS headers of the Fetch standard.</summary>
internal sealed class CorsOrigins
{
    private const string Any = "*";
    private readonly bool _any;
    private readonly HashSet<string> _origins;

    public CorsOrigins(IOptions<RpcOptions> options)
    {
        string[] origins = options.Value.CorsOrigins.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        _any = origins.Contains(Any);
        _origins = new HashSet<string>(origins, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>A request that names no origin does not come from a web page.</summary>
    public bool Admits(HttpRequest request)
    {
        StringValues origin = request.Headers.Origin;
        return StringValues.IsNullOrEmpty(origin) || _any || _origins.Contains(origin.ToString());
    }

    /// <summary>Lets the page of an admitted origin read the answer.</summary>
    public void Apply(HttpContext http)
    {
        StringValues origin = http.Request.Headers.Origin;
        if (StringValues.IsNullOrEmpty(origin))
        {
            return;
        }

        IHeaderDictionary headers = http.Response.Headers;
        if (_any)
        {
            headers.AccessControlAllowOrigin = Any;
            return;
        }

        headers.Vary = "Origin";
        if (_origins.Contains(origin.ToString()))
        {
            headers.AccessControlAllowOrigin = origin;
        }
    }

    /// <summary>Answers the preflight of a browser.</summary>
    public Task AnswerPreflightAsync(HttpContext http)
    {
        Apply(http);
        http.Response.StatusCode = StatusCodes.Status204NoContent;
        IHeaderDictionary headers = http.Response.Headers;
        if (!StringValues.IsNullOrEmpty(headers.AccessControlAllowOrigin))
        {
            headers.AccessControlAllowMethods = "POST, OPTIONS";
            headers.AccessControlAllowHeaders = _any ? "*, Authorization" : "Content-Type, Authorization, X-Api-Key";
            headers.AccessControlMaxAge = "86400";
        }

        return Task.CompletedTask;
    }
}
