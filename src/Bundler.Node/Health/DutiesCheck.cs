using Bundler.Engine.Fleet;
using Bundler.Rpc.Rest;

namespace Bundler.Node.Health;

/// <summary>What this node does of what one node of a fleet does at a time; doing nothing is no fault.</summary>
internal sealed class DutiesCheck(Duties duties) : IHealthCheck
{
    public string Name => "duties";

    public HealthFinding Check()
    {
        IReadOnlyList<string> names = duties.Names;
        string detail = duties.IsSole ? "all: no other node is on its database" : names.Count == 0 ? "none now: other nodes have them" : string.Join(", ", names);
        return new HealthFinding(true, detail);
    }
}
