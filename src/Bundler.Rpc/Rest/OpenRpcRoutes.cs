using System.Text.Json;
using Bundler.Rpc.Access;
using Bundler.Rpc.JsonRpc;
using Bundler.Rpc.OpenRpc;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Bundler.Rpc.Rest;

/// <summary>GET /openrpc.json: what can be called here, so not at the operators' address; it stays the same while the node runs.</summary>
internal sealed class OpenRpcRoutes(MethodCatalog methods, NodeDescription node, CorsOrigins origins)
{
    private readonly Lazy<byte[]> _document = new(() => Render(methods, node));

    public void Map(IEndpointRouteBuilder endpoints) => endpoints.MapGet("/openrpc.json", OperatorListener.Public(SendAsync));

    private async Task SendAsync(HttpContext http)
    {
        origins.Apply(http);
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = _document.Value.Length;
        await http.Response.BodyWriter.WriteAsync(_document.Value, http.RequestAborted);
    }

    private static byte[] Render(MethodCatalog methods, NodeDescription node)
    {
        using PooledBuffer body = new();
        using (Utf8JsonWriter writer = new(body, ResponseJson.Options))
        {
            OpenRpcDocument.Write(writer, methods, node);
        }

        return body.WrittenSpan.ToArray();
    }
}
