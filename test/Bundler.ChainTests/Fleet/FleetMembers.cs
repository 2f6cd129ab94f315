using Bundler.Testing;

namespace Bundler.ChainTests.Fleet;

/// <summary>The nodes of a fleet in their places, alive or not: whoever sends asks them in turns, while one of them ends and starts again.</summary>
internal sealed class FleetMembers(FleetRig rig)
{
    private static readonly TimeSpan _deadline = Eventually.Patience;
    private static readonly string _builder = $"builder:{Deployments.EntryPointV07}";

    private readonly Lock _lock = new();
    private readonly List<NodeProcess> _nodes = [];

    public int Count => _nodes.Count;

    public static async Task<FleetMembers> StartAsync(FleetRig rig, int nodes, params string[] arguments)
    {
        FleetMembers members = new(rig);
        for (int place = 0; place < nodes; place++)
        {
            members._nodes.Add(await rig.StartAsync(NameOf(place), arguments));
        }

        return members;
    }

    /// <summary>The node at a place, its present life.</summary>
    public NodeProcess At(int place)
    {
        lock (_lock)
        {
            return _nodes[place % _nodes.Count];
        }
    }

    /// <summary>Where the bundles are built, once some node does.</summary>
    public async Task<int> LeaderAsync()
    {
        int leader = -1;
        await Eventually.Async(
            async () =>
            {
                for (int place = 0; place < Count && leader < 0; place++)
                {
                    leader = (await DutiesAsync(place, place)).Contains(_builder, StringComparer.OrdinalIgnoreCase) ? place : -1;
                }

                return leader >= 0;
            },
            _deadline,
            "a node builds");
        return leader;
    }

    /// <summary>kill -9; how long it took until others have all that it had. Then it lives again.</summary>
    public Task<TimeSpan> KillAsync(int place) => EndAsync(place, node => node.KillAsync());

    /// <summary>It is told to end, and ends in good order; how long it took from its end until others have all that it had. Then it lives again.</summary>
    public Task<TimeSpan> RestartAsync(int place) => EndAsync(place, async node => Assert.That(await node.StopAsync(), Is.Zero, node.Output));

    private async Task<TimeSpan> EndAsync(int place, Func<NodeProcess, Task> end)
    {
        NodeProcess node = At(place);
        string[] had = await DutiesAsync(place, place);
        await end(node);
        long ended = TimeProvider.System.GetTimestamp();
        await Eventually.Async(
            async () =>
            {
                HashSet<string> have = [];
                foreach (int other in Enumerable.Range(0, Count).Where(other => other != place))
                {
                    have.UnionWith(await DutiesAsync((place + 1) % Count, other));
                }

                return have.IsSupersetOf(had);
            },
            _deadline,
            $"others have {string.Join(", ", had)}\n{At(place + 1).Output}");
        TimeSpan took = TimeProvider.System.GetElapsedTime(ended);
        NodeProcess next = await rig.RestartAsync(node);
        lock (_lock)
        {
            _nodes[place] = next;
        }

        await Eventually.Async(async () => (await next.ReadinessAsync()).Status == 200, _deadline, $"it is ready again\n{next.Output}");
        return took;
    }

    private async Task<string[]> DutiesAsync(int asked, int place) => [.. (await FleetRig.DutiesAsync(At(asked), NameOf(place))).Keys];

    private static string NameOf(int place) => $"node{place}";
}
