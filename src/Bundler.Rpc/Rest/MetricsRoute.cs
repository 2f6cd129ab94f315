using System.Text;
using Bundler.Rpc.Rest.Prometheus;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Bundler.Rpc.Rest;

/// <summary>GET /metrics for Prometheus, at the operators' address.</summary>
internal sealed class MetricsRoute(PrometheusText metrics)
{
    private const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    public void Map(IEndpointRouteBuilder endpoints) => endpoints.MapOperatorGet("/metrics", SendAsync, OperatorRoute.AnyParameter);

    private async Task SendAsync(HttpContext http)
    {
        http.Response.ContentType = ContentType;
        http.Response.Headers.CacheControl = "no-store";
        await http.Response.BodyWriter.WriteAsync(Encoding.UTF8.GetBytes(metrics.Write()), http.RequestAborted);
    }
}
