namespace Bundler.Engine.Fleet;

/// <summary>The nodes of a fleet and their duties: rows of the database that they share, by the database's clock.</summary>
public interface ILeaseStore
{
    /// <summary>Others may use the database; false: this node has every duty, and nobody is asked.</summary>
    bool IsShared { get; }

    /// <summary>
    /// A heartbeat: shows the fleet to <paramref name="decide"/> and does what it says, in one transaction. What the node has and does not give back
    /// is its own for another <paramref name="duration"/>. Returns the fleet as it is afterwards.
    /// </summary>
    Task<FleetView> BeatAsync(FleetNode node, TimeSpan duration, Func<FleetView, LeaseDecision> decide, CancellationToken cancellationToken);

    /// <summary>The process ends: its duties are free at once, and the node is forgotten.</summary>
    Task LeaveAsync(string holder, CancellationToken cancellationToken);

    Task<FleetView> ReadAsync(CancellationToken cancellationToken);

    /// <summary>Tells a node to drain, with its next heartbeat; false when nobody knows it.</summary>
    Task<bool> DrainAsync(string node, CancellationToken cancellationToken);

    /// <summary>Ends when duties were given back since the last call, or when the time is over.</summary>
    Task WaitAsync(TimeSpan atMost, CancellationToken cancellationToken);
}

/// <summary>What a node does about its duties; the others that it has it keeps.</summary>
public sealed record LeaseDecision(IReadOnlyCollection<string> Take, IReadOnlyCollection<string> GiveBack)
{
    public static LeaseDecision Nothing { get; } = new([], []);
}
