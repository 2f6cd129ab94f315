using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Fleet;

/// <summary>
/// The fleet as the last answered heartbeat of this node saw it: who does what one node does at a time, and what nobody does. At most a heartbeat old
/// while the database answers; nothing is asked for it.
/// </summary>
public sealed class FleetStanding
{
    private volatile FleetView? _view;

    /// <summary><c>null</c> before the first heartbeat, and for a node that is alone.</summary>
    public FleetView? View => _view;

    /// <summary>The node that builds an EntryPoint's bundles, as it said of itself; <c>null</c>: nobody does, or nobody knows yet.</summary>
    public FleetNode? BuilderOf(Address entryPoint) =>
        _view is { } view && view.HeldBy(DutyNames.Builder(entryPoint)) is { } lease ? view.Nodes.FirstOrDefault(node => node.Id == lease.Node) : null;

    /// <summary>What of these nobody does; empty where nobody knows.</summary>
    public IReadOnlyList<Vacancy> Vacant(IEnumerable<string> duties) => _view?.Vacant(duties) ?? [];

    internal void Saw(FleetView view) => _view = view;
}
