using System.Text.Json;
using Bundler.Rpc.Access;
using Bundler.Rpc.JsonRpc;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Bundler.Rpc.Rest;

/// <summary>
/// GET or HEAD /health/live: the process runs. GET /health/ready: it can serve, or not (503). Which checks say no, and what they know of signers, money and URLs,
/// stands at the operators' address alone.
/// </summary>
internal sealed class HealthRoutes(IEnumerable<IHealthCheck> checks, OperatorGate gate)
{
    // Load balancers ask without wanting the body.
    private static readonly string[] _reads = [HttpMethods.Get, HttpMethods.Head];

    private readonly IHealthCheck[] _checks = [.. checks];

    public void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapMethods("/health/live", _reads, LiveAsync);
        endpoints.MapMethods("/health/ready", _reads, ReadyAsync);
    }

    private static Task LiveAsync(HttpContext http) =>
        SendAsync(http, StatusCodes.Status200OK, static writer => writer.WriteString("status"u8, "live"u8));

    private Task ReadyAsync(HttpContext http)
    {
        (string Name, HealthFinding Finding)[] findings = [.. _checks.Select(check => (check.Name, check.Check()))];
        bool ready = findings.All(found => found.Finding.Ok);
        bool withReasons = OperatorListener.Admits(http) && gate.Refusal(http.Request) is null;
        return SendAsync(http, ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable, writer =>
        {
            writer.WriteString("status"u8, ready ? "ready"u8 : "notReady"u8);
            if (!withReasons)
            {
                return;
            }

            writer.WriteStartObject("checks"u8);
            foreach ((string name, HealthFinding finding) in findings)
            {
                Write(writer, name, finding);
            }

            writer.WriteEndObject();
        });
    }

    private static void Write(Utf8JsonWriter writer, string name, HealthFinding finding)
    {
        writer.WriteStartObject(name);
        writer.WriteBoolean("ok"u8, finding.Ok);
        writer.WriteString("detail"u8, finding.Detail);
        if (finding.Data is { } data)
        {
            writer.WritePropertyName("data"u8);
            data(writer);
        }

        writer.WriteEndObject();
    }

    private static async Task SendAsync(HttpContext http, int status, Action<Utf8JsonWriter> members)
    {
        using PooledBuffer body = new();
        await using (Utf8JsonWriter writer = new(body))
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }

        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = body.Length;
        http.Response.Headers.CacheControl = "no-store";
        await http.Response.BodyWriter.WriteAsync(body.WrittenMemory, http.RequestAborted);
    }
}
