using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Deciding;
using Bundler.Paymaster.Granting;
using Bundler.Paymaster.Ledger;
using Bundler.Testing;

namespace Bundler.Tests.Paymaster.Granting;

/// <summary>Why nothing was reserved, in the words of ERC-8168.</summary>
public sealed class ReservationRefusalTests
{
    [TestCase(GrantScope.Paymaster, GrantPeriod.Operation, SponsorReason.GasExceedsLimit)]
    [TestCase(GrantScope.Key, GrantPeriod.Operation, SponsorReason.GasExceedsLimit)]
    [TestCase(GrantScope.Paymaster, GrantPeriod.Hour, SponsorReason.BudgetExhausted)]
    [TestCase(GrantScope.Key, GrantPeriod.Total, SponsorReason.BudgetExhausted)]
    [TestCase(GrantScope.Sender, GrantPeriod.Day, SponsorReason.SenderLimitReached)]
    public void A_limit_has_its_word(GrantScope scope, GrantPeriod period, SponsorReason reason)
    {
        Reservation.Refused refused = new(new GrantLimit("Max", scope, period, 100, null), ByCount: false, 90, null);

        Assert.That(ReservationRefusal.Of(refused, 20).Reason, Is.EqualTo(reason));
    }

    [Test]
    public void A_budget_that_is_used_up_says_of_how_much_and_when_there_is_more()
    {
        Reservation.Refused refused = new(new GrantLimit("MaxPerHour", GrantScope.Paymaster, GrantPeriod.Hour, null, 10), ByCount: true, 10, A.Moment);

        SponsorRefusal refusal = ReservationRefusal.Of(refused, 20);

        Assert.That((refusal.Rule, refusal.Limit, refusal.Spent, refusal.ResetsAt), Is.EqualTo(("MaxPerHour", (UInt256?)10, (UInt256?)10, (DateTimeOffset?)A.Moment)));
        Assert.That(refusal.Alternatives, Is.EqualTo(new[] { "later", "self" }));
    }

    [Test]
    public void Row_18_a_deposit_that_does_not_cover_is_no_fault_of_the_operation()
    {
        SponsorRefusal refusal = ReservationRefusal.Of(new Reservation.Uncovered(100, 90), 20);

        Assert.That((refusal.Reason, refusal.Rule, refusal.Limit, refusal.Spent), Is.EqualTo((SponsorReason.TemporarilyUnavailable, "deposit", (UInt256?)100, (UInt256?)90)));
    }

    [Test]
    public void Row_24_a_revoked_key_is_told() =>
        Assert.That(ReservationRefusal.Of(new Reservation.KeyGone("k"), 1).Reason, Is.EqualTo(SponsorReason.SenderIneligible));

    [Test]
    public void Row_32_a_restored_ledger_says_until_when()
    {
        Assert.That(ReservationRefusal.Of(new Reservation.Distrusted(1_800_000_000), 1).ResetsAt, Is.EqualTo(DateTimeOffset.FromUnixTimeSeconds(1_800_000_000)));
        Assert.That(ReservationRefusal.Of(new Reservation.Distrusted(ulong.MaxValue), 1).ResetsAt, Is.Null);
    }
}
