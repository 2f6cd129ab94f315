using System.Text.Json;
using Bundler.Engine.Chain;
using Bundler.Engine.Fleet;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Bundler.Rpc.Rest;

/// <summary>GET /nodes: the nodes on this database, what each of them does, and what none does. POST /nodes/{id}/drain: one of them hands over what it does. For operators only.</summary>
internal sealed class NodesRoutes(ILeaseStore store, NodeIdentity identity, ServedEntryPoints entryPoints, IOptions<FleetOptions> options)
{
    private readonly TimeSpan _stale = TimeSpan.FromSeconds(options.Value.StaleSeconds);

    public void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapOperatorGet("/nodes", SendNodesAsync);
        endpoints.MapOperatorPost("/nodes/{id}/drain", DrainAsync);
    }

    private async Task SendNodesAsync(HttpContext http)
    {
        // Who has a database alone tells it nothing of itself.
        FleetView view = store.IsShared ? await store.ReadAsync(http.RequestAborted) : new FleetView(default, [], [identity.Describe(isDraining: false)], []);
        await OperatorRoute.SendJsonAsync(http, StatusCodes.Status200OK, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("node"u8, identity.Id);
            writer.WriteBoolean("shared"u8, store.IsShared);
            writer.WriteStartArray("nodes"u8);
            foreach (FleetNode node in view.Nodes)
            {
                Write(writer, node, view);
            }

            writer.WriteEndArray();
            WriteVacant(writer, store.IsShared ? view.Vacant(DutyNames.Needed(entryPoints.All.Select(entryPoint => entryPoint.Address))) : []);
            writer.WriteEndObject();
        });
    }

    private async Task DrainAsync(HttpContext http)
    {
        string id = (string)http.Request.RouteValues["id"]!;
        if (!store.IsShared)
        {
            await OperatorRoute.SendErrorAsync(http, StatusCodes.Status409Conflict, "no other node is on this database: nobody would take over");
        }
        else if (await store.DrainAsync(id, http.RequestAborted))
        {
            await OperatorRoute.SendJsonAsync(http, StatusCodes.Status202Accepted, writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("draining"u8, id);
                writer.WriteEndObject();
            });
        }
        else
        {
            await OperatorRoute.SendErrorAsync(http, StatusCodes.Status404NotFound, "no node of this name was heard of");
        }
    }

    private void Write(Utf8JsonWriter writer, FleetNode node, FleetView view)
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, node.Id);
        writer.WriteString("version"u8, node.Version);
        writer.WriteString("address"u8, node.Address);
        writer.WriteString("state"u8, view.Now - node.HeartbeatAt > _stale ? "stale"u8 : node.IsDraining || node.IsToDrain ? "draining"u8 : "alive"u8);
        writer.WriteStartArray("roles"u8);
        foreach (NodeRoles role in Enum.GetValues<NodeRoles>().Where(role => role is not (NodeRoles.None or NodeRoles.All) && node.Roles.HasFlag(role)))
        {
            writer.WriteStringValue(role.ToString().ToLowerInvariant());
        }

        writer.WriteEndArray();
        if (store.IsShared)
        {
            writer.WriteString("startedAt"u8, node.StartedAt);
            writer.WriteString("heartbeatAt"u8, node.HeartbeatAt);
            if (node.HeldUp is { } reason)
            {
                writer.WriteString("buildsNothingBecause"u8, reason);
            }

            WriteLeases(writer, view.OfNode(node.Id));
        }

        writer.WriteEndObject();
    }

    private static void WriteVacant(Utf8JsonWriter writer, IReadOnlyList<Vacancy> vacant)
    {
        writer.WriteStartArray("vacant"u8);
        foreach (Vacancy vacancy in vacant)
        {
            writer.WriteStartObject();
            writer.WriteString("name"u8, vacancy.Duty);
            writer.WriteString("since"u8, vacancy.Since);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteLeases(Utf8JsonWriter writer, IEnumerable<Lease> leases)
    {
        writer.WriteStartArray("leases"u8);
        foreach (Lease lease in leases)
        {
            writer.WriteStartObject();
            writer.WriteString("name"u8, lease.Name);
            writer.WriteNumber("fence"u8, lease.Number);
            writer.WriteString("expiresAt"u8, lease.ExpiresAt);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
