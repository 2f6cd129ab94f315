using Bundler.Engine.Fleet;
using Microsoft.Extensions.Logging;

namespace Bundler.Engine.Retention;

/// <summary>
/// Whether nodes of another version work on the same database: one of before retention would not find what was moved, so during a rolling update nothing is.
/// </summary>
internal sealed class FleetVersions(ILeaseStore leases, NodeSelf self, ILogger<FleetVersions> logger)
{
    /// <summary>A node that was not heard of for so long has ended.</summary>
    private static readonly TimeSpan _alive = TimeSpan.FromMinutes(2);

    private bool _areMixed;

    public async Task<bool> AreMixedAsync(CancellationToken cancellationToken)
    {
        if (!leases.IsShared)
        {
            return false;
        }

        FleetView view = await leases.ReadAsync(cancellationToken);
        FleetNode? other = view.Nodes.FirstOrDefault(node => node.Version != self.Version && view.Now - node.HeartbeatAt < _alive);
        if (other is not null && !_areMixed)
        {
            logger.VersionsAreMixed(other.Id, other.Version, self.Version);
        }

        return _areMixed = other is not null;
    }
}
