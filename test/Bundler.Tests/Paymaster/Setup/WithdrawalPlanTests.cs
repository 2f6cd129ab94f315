using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Ledger;
using Bundler.Paymaster.Setup;

namespace Bundler.Tests.Paymaster.Setup;

/// <summary>Row 19: nothing leaves a deposit that somebody is owed.</summary>
public sealed class WithdrawalPlanTests
{
    private static readonly Address _to = Address.Parse("0x00000000000000000000000000000000000000d1");
    private static readonly PaymasterState _state = Wished.AsWished(Wished.Set) with { Funds = new PaymasterFunds(1_000, true, 1, 1, 0) };
    private static readonly GrantLiability _owed = new(1, 20, 300);

    [Test]
    public void Row_19_the_last_wei_that_nobody_is_owed_may_leave_and_not_one_more()
    {
        Assert.That(WithdrawalPlan.Of(_state, _owed, _to, 679).Refusal, Is.Null);
        Assert.That(WithdrawalPlan.Of(_state, _owed, _to, 680).Refusal, Does.Contain("1 wei reserved, 20 wei signed and in no pool of ours, 300 wei in the pool; at most 679 wei"));
    }

    [Test]
    public void Row_19_what_the_pool_holds_without_a_grant_is_owed_too()
    {
        WithdrawalPlan plan = WithdrawalPlan.Of(_state, _owed with { Ungranted = 4_000 }, _to, null);

        Assert.That((plan.Free, plan.Transactions.Count), Is.EqualTo((UInt256.Zero, 0)));
        Assert.That(plan.Refusal, Does.Contain("4000 wei in the pool without a grant"));
    }

    [Test]
    public void Without_an_amount_all_that_is_free_leaves()
    {
        WithdrawalPlan plan = WithdrawalPlan.Of(_state, _owed, _to, null);

        Assert.That(Wished.Calls(plan.Transactions), Is.EqualTo(new[] { "withdrawTo" }));
        Assert.That(plan.Free, Is.EqualTo((UInt256)679));
    }

    [Test]
    public void What_makes_no_sense_is_refused()
    {
        Assert.That(WithdrawalPlan.Of(_state, GrantLiability.None, _to, 1_001).Refusal, Does.Contain("the deposit is 1000 wei"));
        Assert.That(WithdrawalPlan.Of(_state, GrantLiability.None, default, 1).Refusal, Does.Contain("zero address"));
        Assert.That(WithdrawalPlan.Of(_state, GrantLiability.None, _state.Address, 1).Refusal, Does.Contain("nobody can take out"));
        Assert.That(WithdrawalPlan.Of(_state, GrantLiability.None, _to, 1, [_to]).Refusal, Does.Contain("nobody can take out"));
        Assert.That(WithdrawalPlan.Of(_state, new GrantLiability(2_000, 0, 0), _to, null).Refusal, Does.Contain("nothing to withdraw"));
        Assert.That(WithdrawalPlan.Of(Wished.Nothing(Wished.Set), GrantLiability.None, _to, 1).Refusal, Does.Contain("none of our contracts"));
    }
}
