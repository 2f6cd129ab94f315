using Bundler.Engine.Fleet;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Fleet;

public sealed class FleetPlanTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Alive = TimeSpan.FromSeconds(8);
    private static readonly Address[] EntryPoints = [A.AddressOf(101), A.AddressOf(102)];
    private static readonly Address[] Keys = [A.AddressOf(1), A.AddressOf(2), A.AddressOf(3)];

    private static readonly string[] All =
        [DutyNames.Index, DutyNames.Funds, .. EntryPoints.Select(DutyNames.Builder), .. Keys.Select(DutyNames.Signer)];

    [Test]
    public void The_first_node_takes_everything() =>
        Assert.That(Plan("a").Decide(View([]), isLeaving: false).Take, Is.EquivalentTo(All));

    [Test]
    public void What_another_has_is_left_alone() =>
        Assert.That(Plan("b").Decide(View(Held("a", All)), isLeaving: false), Is.EqualTo(LeaseDecision.Nothing).Using<LeaseDecision>(Same));

    [Test]
    public void What_is_over_is_taken_at_the_moment_it_is_over()
    {
        Lease[] over = [.. Held("a", All).Select(lease => lease with { ExpiresAt = Now })];

        Assert.That(Plan("b").Decide(View(over), isLeaving: false).Take, Is.EquivalentTo(All));
    }

    [Test]
    public void With_the_builder_nobody_builds_for_half_of_the_EntryPoints_while_another_has_the_other_half()
    {
        Lease[] half = Held("a", DutyNames.Builder(EntryPoints[0]), DutyNames.Index);

        Assert.That(Plan("b").Decide(View(half), isLeaving: false).Take, Is.Empty);
    }

    [TestCase(NodeRoles.Rpc)]
    [TestCase(NodeRoles.Rpc | NodeRoles.Sponsor)]
    public void Who_only_serves_takes_nothing(NodeRoles roles) => Assert.That(Plan("a", roles).Decide(View([]), isLeaving: false).Take, Is.Empty);

    [Test]
    public void Who_only_follows_the_chain_takes_the_index_alone() =>
        Assert.That(Plan("a", NodeRoles.Index).Decide(View([]), isLeaving: false).Take, Is.EqualTo(new[] { DutyNames.Index }));

    [Test]
    public void Who_leaves_gives_everything_back_and_takes_nothing()
    {
        LeaseDecision decision = Plan("a").Decide(View(Held("a", DutyNames.Index, DutyNames.Funds)), isLeaving: true);

        Assert.That(decision.GiveBack, Is.EquivalentTo(new[] { DutyNames.Index, DutyNames.Funds }));
        Assert.That(decision.Take, Is.Empty);
    }

    [Test]
    public void Somebody_hears_the_end_of_bundles_whose_key_no_node_has_any_more()
    {
        FleetView view = View([]) with { OpenSigners = [A.AddressOf(9)] };

        Assert.That(Plan("a").Decide(view, isLeaving: false).Take, Does.Contain(DutyNames.Signer(A.AddressOf(9))));
    }

    [Test]
    public void Divided_two_nodes_build_for_one_EntryPoint_each_and_share_the_keys()
    {
        FleetView view = View([], Node("a"), Node("b"));
        LeaseDecision first = Plan("a", sharing: SignerSharing.Divided).Decide(view, isLeaving: false);
        Lease[] held = Held("a", [.. first.Take]);
        LeaseDecision second = Plan("b", sharing: SignerSharing.Divided).Decide(view with { Leases = held }, isLeaving: false);
        LeaseDecision again = Plan("a", sharing: SignerSharing.Divided).Decide(view with { Leases = [.. held, .. Held("b", [.. second.Take])] }, isLeaving: false);

        Assert.That(first.Take.Where(DutyNames.IsBuilder), Is.EqualTo(new[] { DutyNames.Builder(EntryPoints[0]) }));
        Assert.That(second.Take.Where(DutyNames.IsBuilder), Is.EqualTo(new[] { DutyNames.Builder(EntryPoints[1]) }));
        Assert.That(again.GiveBack.Count(name => DutyNames.SignerOf(name) is not null), Is.EqualTo(1), "it had all three keys while it built alone; its part of three for two is two");
    }

    [Test]
    public void Divided_a_builder_that_ended_leaves_its_part_to_the_others()
    {
        Lease[] mine = Held("a", DutyNames.Builder(EntryPoints[0]), DutyNames.Signer(Keys[0]), DutyNames.Index, DutyNames.Funds);
        FleetView view = View(mine, Node("a"), Node("b") with { HeartbeatAt = Now - Alive });

        Assert.That(
            Plan("a", sharing: SignerSharing.Divided).Decide(view, isLeaving: false).Take,
            Is.EquivalentTo(new[] { DutyNames.Builder(EntryPoints[1]), DutyNames.Signer(Keys[1]), DutyNames.Signer(Keys[2]) }));
    }

    [Test]
    public void The_next_look_is_when_the_first_duty_of_another_is_over_that_it_may_have()
    {
        Lease[] leases =
        [
            new Lease(DutyNames.Index, "a", 1, Now.AddSeconds(1)), new Lease(DutyNames.Funds, "b", 1, Now.AddSeconds(2)),
            new Lease(DutyNames.Builder(EntryPoints[0]), "a", 1, Now.AddSeconds(3)),
        ];

        Assert.That(Plan("b", NodeRoles.Bundle).NextExpiry(View(leases)), Is.EqualTo(Now.AddSeconds(3)));
        Assert.That(Plan("c", NodeRoles.Rpc).NextExpiry(View(leases)), Is.Null);
    }

    private static FleetPlan Plan(string node, NodeRoles roles = NodeRoles.All, SignerSharing sharing = SignerSharing.WithBuilder) =>
        new(node, roles, EntryPoints, Keys, sharing, Alive);

    private static FleetView View(IReadOnlyList<Lease> leases, params FleetNode[] nodes) => new(Now, leases, nodes, []);

    private static Lease[] Held(string node, params string[] names) => [.. names.Select(name => new Lease(name, node, 1, Now.AddSeconds(5)))];

    private static FleetNode Node(string id) => new() { Id = id, Version = "bundler/test", Roles = NodeRoles.All, Address = "", HeartbeatAt = Now };

    private static bool Same(LeaseDecision one, LeaseDecision other) => one.Take.SequenceEqual(other.Take) && one.GiveBack.SequenceEqual(other.GiveBack);
}
