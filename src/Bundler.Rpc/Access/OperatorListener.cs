using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace Bundler.Rpc.Access;

/// <summary>
/// The operators' own address: the ledger, the nodes of the fleet, the metrics and back-filling exist for connections to it and for no others, whatever a request says of itself.
/// Off unless configured, so a proxy before the public address never leads there.
/// </summary>
public sealed class OperatorListener(IOptions<RpcOptions> options)
{
    private static readonly Mark _mark = new();

    /// <summary>The address of <see cref="RpcOptions.OperatorAddress"/>; <c>null</c>: off.</summary>
    public IPEndPoint? Address { get; } = Parse(options.Value.OperatorAddress);

    /// <summary>Reads <c>127.0.0.1:9337</c> or <c>*:9337</c>; <c>null</c> for anything else.</summary>
    public static IPEndPoint? Parse(string text)
    {
        bool everywhere = text.StartsWith(RpcOptions.EveryAddress + ":", StringComparison.Ordinal);
        string address = everywhere ? string.Concat("[::]", text.AsSpan(1)) : text;
        int colon = address.LastIndexOf(':');
        return colon > 0 && IPEndPoint.TryParse(address, out IPEndPoint? parsed)
            && (parsed.Address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork || address[colon - 1] == ']')
            ? parsed
            : null;
    }

    /// <summary>Whether the request came in at the operators' address.</summary>
    public static bool Admits(HttpContext http) => http.Features.Get<Mark>() is not null;

    /// <summary>A route that exists anywhere but at the operators' address.</summary>
    public static RequestDelegate Public(RequestDelegate route) => http =>
    {
        if (!Admits(http))
        {
            return route(http);
        }

        http.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    };

    internal void Listen(KestrelServerOptions kestrel, ConnectionGate gate)
    {
        if (Address is not { } address)
        {
            return;
        }

        if (address.Address.Equals(IPAddress.IPv6Any))
        {
            kestrel.ListenAnyIP(address.Port, Configure);
        }
        else
        {
            kestrel.Listen(address, Configure);
        }

        void Configure(ListenOptions listen)
        {
            gate.Guard(listen);
            MarkConnections(listen);
        }
    }

    private static void MarkConnections(ListenOptions listen) => listen.Use(next => connection =>
    {
        connection.Features.Set(_mark);
        return next(connection);
    });

    /// <summary>Lies on every connection to the operators' address.</summary>
    private sealed class Mark;
}
