using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Ledger;
using Bundler.Tests.Storage.Grants;

namespace Bundler.Tests.Paymaster.Ledger;

/// <summary>What grants of one nonce count together.</summary>
public sealed class GrantSlotTests
{
    private int _id;

    [Test]
    public void Row_4_a_dearer_one_adds_the_difference_and_a_cheaper_one_nothing() =>
        Assert.That(Shares(Of(GrantState.Signed, 100), Of(GrantState.Reserved, 130), Of(GrantState.Signed, 90)),
            Is.EqualTo(new[] { new GrantShare(100, 1), new GrantShare(30, 0), GrantShare.None }));

    [Test]
    public void When_the_dearest_expires_the_next_one_counts_whole() =>
        Assert.That(Shares(Of(GrantState.Expired, 100), Of(GrantState.Signed, 60)), Is.EqualTo(new[] { GrantShare.None, new GrantShare(60, 1) }));

    [TestCase(GrantState.Included)]
    [TestCase(GrantState.Final)]
    public void What_a_block_has_counts_what_it_did_cost_and_the_others_can_never_land(GrantState paid) =>
        Assert.That(Shares(Of(GrantState.Signed, 100), Of(paid, 80, 33)), Is.EqualTo(new[] { GrantShare.None, new GrantShare(33, 1) }));

    [TestCase(GrantState.Denied)]
    [TestCase(GrantState.Expired)]
    public void What_is_over_counts_nothing(GrantState over) => Assert.That(Shares(Of(over, 100)), Is.EqualTo(new[] { GrantShare.None }));

    [TestCase(GrantState.Reserved)]
    [TestCase(GrantState.Signed)]
    [TestCase(GrantState.Seen)]
    [TestCase(GrantState.Reorged)]
    [TestCase(GrantState.Revoked)]
    public void What_may_still_be_spent_counts_its_worst_cost(GrantState alive) =>
        Assert.That(Shares(Of(alive, 100)), Is.EqualTo(new[] { new GrantShare(100, 1) }));

    [Test]
    public void Nobody_hides_behind_the_reservation_of_another_key() =>
        Assert.That(Shares(Of(GrantState.Signed, 100, key: "a"), Of(GrantState.Signed, 100, key: "b")),
            Is.EqualTo(new[] { new GrantShare(100, 1), new GrantShare(100, 1) }));

    private static IReadOnlyList<GrantShare> Shares(params Grant[] grants) => GrantSlot.Shares(grants);

    private Grant Of(GrantState state, ulong worst, ulong? cost = null, string? key = null) =>
        new(new GrantId((UInt128)(++_id)), state, Asked.Request(1, worst, key), null, cost is { } wei ? (UInt256)wei : null);
}
