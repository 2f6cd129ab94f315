using System.Text.Json;
using Bundler.Testing;

namespace Bundler.ChainTests.Fleet;

/// <summary>Nodes that share a PostgreSQL, a chain and a key, with leases short enough for a test.</summary>
internal sealed class FleetRig : IAsyncDisposable
{
    /// <summary>The lease of the nodes; nobody's duties are free earlier.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(5);

    private const string Variable = "FLEET_DATABASE";

    private readonly AnvilProcess _anvil;
    private readonly Dictionary<string, string> _environment;
    private readonly List<NodeProcess> _nodes = [];

    private FleetRig(AnvilProcess anvil, string connection)
    {
        _anvil = anvil;
        _environment = new Dictionary<string, string> { [Variable] = connection };
    }

    /// <summary>A place of its own in the PostgreSQL of the run.</summary>
    public static async Task<FleetRig> CreateAsync(AnvilProcess anvil) => new(anvil, await (await PostgresCluster.SharedAsync()).CreatePlaceAsync());

    public async Task<NodeProcess> StartAsync(string id, params string[] arguments)
    {
        NodeProcess node = await NodeProcess.StartAsync(
            _anvil.Url,
            _environment,
            [
                "--debug-api", "--Bundler:Storage:Kind=postgres", $"--Bundler:Storage:ConnectionStringVariable={Variable}", $"--Bundler:Node:Id={id}",
                "--Bundler:Storage:ConnectSeconds=30", "--Bundler:Node:HeartbeatMilliseconds=500", $"--Bundler:Node:LeaseMilliseconds={Lease.TotalMilliseconds}", .. arguments,
            ]);
        _nodes.Add(node);
        return node;
    }

    /// <summary>Another life of a node that has ended, on a port of its own.</summary>
    public async Task<NodeProcess> RestartAsync(NodeProcess ended)
    {
        NodeProcess node = await ended.RestartAsync();
        _nodes.Add(node);
        return node;
    }

    /// <summary>What a node has, as any node tells; empty when nobody knows it.</summary>
    public static async Task<IReadOnlyDictionary<string, long>> DutiesAsync(NodeProcess asked, string id)
    {
        JsonElement node = await NodeAsync(asked, id);
        return node.ValueKind != JsonValueKind.Object
            ? new Dictionary<string, long>()
            : node.GetProperty("leases").EnumerateArray().ToDictionary(lease => lease.GetProperty("name").GetString()!, lease => lease.GetProperty("fence").GetInt64());
    }

    /// <summary>A node as another one, or itself, shows it; undefined when it is not there.</summary>
    public static async Task<JsonElement> NodeAsync(NodeProcess asked, string id)
    {
        (int status, string body) = await asked.GetOperatorsAsync("/nodes");
        Assert.That(status, Is.EqualTo(200), body);
        return JsonDocument.Parse(body).RootElement.GetProperty("nodes").EnumerateArray().FirstOrDefault(node => node.GetProperty("id").GetString() == id);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (NodeProcess node in _nodes)
        {
            await node.DisposeAsync();
        }
    }
}
