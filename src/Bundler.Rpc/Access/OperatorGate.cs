using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Bundler.Rpc.Access;

/// <summary>
/// What a web page in an operator's browser must not do at the operators' address: reach it under a name of its own (DNS rebinding), or write to it from
/// another origin. An address in digits cannot be rebound, so only names are listed.
/// </summary>
internal sealed class OperatorGate(IOptions<RpcOptions> options)
{
    private const string Local = "localhost";

    private readonly HashSet<string> _hosts = new(
        options.Value.OperatorHosts.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Append(Local), StringComparer.OrdinalIgnoreCase);

    /// <summary>Why the request is refused, or <c>null</c>.</summary>
    public string? Refusal(HttpRequest request)
    {
        string host = request.Host.Host.Trim('[', ']');
        if (!IPAddress.TryParse(host, out _) && !_hosts.Contains(host))
        {
            return "the host of the request is not one of Bundler:Rpc:OperatorHosts";
        }

        bool reads = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);
        return reads || IsSameOrigin(request) ? null : "requests of other origins do not write here";
    }

    // Browsers send Origin with every request that writes; other clients send none.
    private static bool IsSameOrigin(HttpRequest request)
    {
        string origin = request.Headers.Origin.ToString();
        string site = request.Headers["Sec-Fetch-Site"].ToString();
        return (origin.Length == 0 || (Uri.TryCreate(origin, UriKind.Absolute, out Uri? from) && from.Authority == request.Host.ToUriComponent()))
            && site is "" or "none" or "same-origin";
    }
}
