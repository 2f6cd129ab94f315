using Bundler.Engine.Inclusion;
using Bundler.Rpc.Rest;

namespace Bundler.Node.Health;

/// <summary>The index follows the chain that the Ethereum node has; far above its newest block it cannot tell what is included.</summary>
internal sealed class IndexCheck(IndexStanding standing) : IHealthCheck
{
    public string Name => "index";

    public HealthFinding Check() =>
        standing.Block is not { } block ? new HealthFinding(true, "has not begun yet")
        : standing.HeadBelow is { } head
        ? new HealthFinding(false, $"is at block {block}, and the newest block is {head}: the Ethereum node is being synced, or the data directory is of another chain")
        : new HealthFinding(true, $"is at block {block}");
}
