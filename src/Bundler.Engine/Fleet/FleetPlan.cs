using Bundler.Ethereum.Primitives;

namespace Bundler.Engine.Fleet;

/// <summary>
/// Which duties a node takes and which it gives back, from what it may do and how the fleet stands. Pure. Every node decides by the same rules in a
/// transaction of its own, and what one has the others leave alone until it is over.
/// </summary>
/// <param name="Holder">The process of this node.</param>
/// <param name="Roles">What it may do.</param>
/// <param name="EntryPoints">What it serves.</param>
/// <param name="Signers">Its keys.</param>
/// <param name="Sharing">Who uses the keys.</param>
/// <param name="Alive">A node that was heard of within this time counts when work is divided.</param>
public sealed record FleetPlan(
    string Holder, NodeRoles Roles, IReadOnlyList<Address> EntryPoints, IReadOnlyList<Address> Signers, SignerSharing Sharing, TimeSpan Alive)
{
    public LeaseDecision Decide(FleetView view, bool isLeaving)
    {
        string[] held = [.. view.Of(Holder).Select(lease => lease.Name)];
        if (isLeaving)
        {
            return new LeaseDecision([], held);
        }

        HashSet<string> wanted = [.. Indexing(view), .. Bundling(view)];
        return new LeaseDecision([.. wanted.Except(held)], [.. held.Except(wanted)]);
    }

    /// <summary>The other's duties that this node would take if they were free: it looks again when the first of them is over.</summary>
    public DateTimeOffset? NextExpiry(FleetView view) =>
        view.Leases.Where(lease => lease.Holder != Holder && lease.ExpiresAt > view.Now && MayHave(lease.Name)).Min(lease => (DateTimeOffset?)lease.ExpiresAt);

    private bool MayHave(string name) => name == DutyNames.Index ? Roles.HasFlag(NodeRoles.Index) : Roles.HasFlag(NodeRoles.Bundle);

    private IEnumerable<string> Indexing(FleetView view) =>
        Roles.HasFlag(NodeRoles.Index) && view.IsFreeFor(Holder, DutyNames.Index) ? [DutyNames.Index] : [];

    private IEnumerable<string> Bundling(FleetView view)
    {
        if (!Roles.HasFlag(NodeRoles.Bundle))
        {
            return [];
        }

        // Of bundles in flight somebody has to hear the end, even when no node has their key any more.
        string[] signers = [.. Signers.Concat(view.OpenSigners).Distinct().Select(DutyNames.Signer)];
        string[] builders = [.. EntryPoints.Select(DutyNames.Builder)];
        return Sharing == SignerSharing.Divided ? Divided(view, builders, signers) : Together(view, builders, signers);
    }

    /// <summary>All builders or none: two that each had half would wait for each other's keys.</summary>
    private IEnumerable<string> Together(FleetView view, string[] builders, string[] signers) =>
        builders.All(name => view.IsFreeFor(Holder, name))
            ? [.. builders, .. signers.Append(DutyNames.Funds).Where(name => view.IsFreeFor(Holder, name))]
            : [];

    private List<string> Divided(FleetView view, string[] builders, string[] signers)
    {
        int bundling = view.Nodes.Count(node => node.Id != Lease.NodeOf(Holder) && IsBundling(node, view)) + 1;
        List<string> mine = [.. Share(view, builders, bundling)];
        if (mine.Count == 0)
        {
            return mine;
        }

        string[] others = [.. builders.Select(view.HeldBy).Where(lease => lease is not null && lease.Holder != Holder).Select(lease => lease!.Holder).Distinct()];
        mine.AddRange(Share(view, signers, others.Length + 1));
        mine.AddRange(view.IsFreeFor(Holder, DutyNames.Funds) ? [DutyNames.Funds] : []);
        return mine;
    }

    /// <summary>What it has up to its part, then what is free.</summary>
    private IEnumerable<string> Share(FleetView view, string[] names, int among) => names
        .Where(name => view.IsFreeFor(Holder, name))
        .OrderBy(name => view.HeldBy(name) is null)
        .Take((names.Length + among - 1) / among);

    private bool IsBundling(FleetNode node, FleetView view) =>
        node.Roles.HasFlag(NodeRoles.Bundle) && node is { IsDraining: false, IsToDrain: false } && view.Now - node.HeartbeatAt < Alive;
}
