using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Fleet;

/// <summary>Duties and nodes at one moment, all from one transaction.</summary>
/// <param name="Now">The database's clock: the only one that leases go by.</param>
/// <param name="Leases">Every duty that was ever taken.</param>
/// <param name="Nodes">Every node that was heard of lately.</param>
/// <param name="OpenSigners">Whose bundles are in flight.</param>
public sealed record FleetView(
    DateTimeOffset Now, IReadOnlyList<Lease> Leases, IReadOnlyList<FleetNode> Nodes, IReadOnlyList<Address> OpenSigners)
{
    /// <summary>Who has the duty now; <c>null</c>: nobody.</summary>
    public Lease? HeldBy(string name) => Leases.FirstOrDefault(lease => lease.Name == name && lease.ExpiresAt > Now);

    /// <summary>What a process has now.</summary>
    public IEnumerable<Lease> Of(string holder) => Leases.Where(lease => lease.Holder == holder && lease.ExpiresAt > Now);

    /// <summary>What a node has now, whichever process of it.</summary>
    public IEnumerable<Lease> OfNode(string node) => Leases.Where(lease => lease.Node == node && lease.ExpiresAt > Now);

    /// <summary>What of these nobody has, and since when.</summary>
    public IReadOnlyList<Vacancy> Vacant(IEnumerable<string> names) =>
        [.. names.Where(name => HeldBy(name) is null).Select(name => new Vacancy(name, Leases.FirstOrDefault(lease => lease.Name == name)?.ExpiresAt ?? FirstStart))];

    private DateTimeOffset FirstStart => Nodes.Count == 0 ? Now : Nodes.Min(node => node.StartedAt);

    public bool IsFreeFor(string holder, string name) => HeldBy(name) is not { } held || held.Holder == holder;
}
