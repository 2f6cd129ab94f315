using Bundler.Engine.Bundling.Choosing;
using Bundler.Engine.Bundling.Limits;
using Bundler.Engine.Pool;
using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Bundling.Limits;

public sealed class PaymasterBudgetTests
{
    private static readonly UserOperation _sponsored = A.UserOperation() with { Paymaster = A.Paymaster, PaymasterVerificationGasLimit = 30_000 };
    private static readonly UInt256 _cost = A.EntryPoint.RequiredPrefund(_sponsored);
    private static readonly PaymasterBudget _limit = new();

    [Test]
    public void EREP_010_a_deposit_for_the_whole_bundle_is_enough() =>
        Assert.That(_limit.Check(LimitBench.Draft(With(0)), With(_cost * 2)), Is.Null);

    [Test]
    public void EREP_010_one_wei_less_is_too_little() =>
        Assert.That(_limit.Check(LimitBench.Draft(With(0)), With(_cost * 2 - 1)), Does.StartWith("the paymaster's deposit"));

    [Test]
    public void EREP_010_what_is_in_flight_counts()
    {
        BundleDraft behind = LimitBench.Behind(With(0));

        Assert.That(_limit.Check(behind, With(_cost * 2)), Is.Null);
        Assert.That(_limit.Check(behind, With(_cost * 2 - 1)), Is.Not.Null);
    }

    [Test]
    public void EREP_010_operations_of_other_paymasters_do_not_count() =>
        Assert.That(_limit.Check(LimitBench.Draft(A.Entry(_sponsored with { Paymaster = A.Contract })), With(_cost)), Is.Null);

    [Test]
    public void EREP_010_an_account_that_pays_itself_has_no_budget() =>
        Assert.That(_limit.Check(LimitBench.Draft(With(0)), A.Entry(A.UserOperation())), Is.Null);

    private static MempoolEntry With(UInt256 deposit) => A.Entry(
        _sponsored,
        A.Validation() with { Stakes = new Dictionary<Address, StakeInfo> { [A.Paymaster] = StakeInfo.None(A.Paymaster) with { Deposit = deposit } } });
}
