using Bundler.Engine;
using Bundler.Rpc.Rest;

namespace Bundler.Node.Health;

/// <summary>The node is not on its way out.</summary>
internal sealed class DrainCheck(Drain drain) : IHealthCheck
{
    public string Name => "accepting";

    public HealthFinding Check() => drain.HasBegun ? new HealthFinding(false, "the node is draining") : new HealthFinding(true, "takes operations");
}
