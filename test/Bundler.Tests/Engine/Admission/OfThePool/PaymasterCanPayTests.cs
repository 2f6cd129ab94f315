using Bundler.Engine.Admission;
using Bundler.Engine.Admission.OfThePool;
using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Admission.OfThePool;

public sealed class PaymasterCanPayTests
{
    private static readonly UserOperation _sponsored = A.UserOperation() with { Paymaster = A.Paymaster, PaymasterVerificationGasLimit = 30_000 };
    private static readonly UInt256 _cost = A.EntryPoint.RequiredPrefund(_sponsored);

    private AdmissionBench _bench = null!;

    [SetUp]
    public async Task SetUp()
    {
        _bench = new AdmissionBench();
        await _bench.PendOfManySendersAsync(_sponsored, 2);
    }

    [Test]
    public void EREP_010_a_deposit_for_all_pending_operations_is_enough() => Assert.That(Check(_sponsored, _cost * 3), Is.Null);

    [Test]
    public void EREP_010_one_wei_less_is_too_little() =>
        Assert.That(
            Check(_sponsored, _cost * 3 - 1), Is.EqualTo(new Rejection.PaymasterDepositTooLow(A.Paymaster, _cost * 3 - 1, _cost * 3)));

    [Test]
    public void EREP_010_its_code_is_that_of_a_deposit_too_low() => Assert.That(Check(_sponsored, _cost * 3 - 1)?.Code, Is.EqualTo(-32508));

    [Test]
    public void EREP_010_a_deposit_that_does_not_even_pay_this_operation_is_left_to_the_EntryPoint() =>
        Assert.That(Check(_sponsored, _cost - 1), Is.Null);

    [Test]
    public void EREP_010_what_a_replacement_replaces_does_not_count() =>
        Assert.That(Check(_sponsored with { Sender = A.AddressOf(0) }, _cost * 2), Is.Null);

    [Test]
    public void EREP_010_a_replacement_counts_with_its_own_cost()
    {
        UserOperation dearer = _sponsored with { Sender = A.AddressOf(0), MaxFeePerGas = _sponsored.MaxFeePerGas * 2 };

        Assert.That(Check(dearer, _cost * 3 - 1)?.Code, Is.EqualTo(-32508));
    }

    [Test]
    public void EREP_010_another_paymaster_has_its_own_deposit() =>
        Assert.That(Check(_sponsored with { Paymaster = A.Contract }, 0), Is.Null);

    [Test]
    public void EREP_010_an_operation_without_a_paymaster_needs_no_deposit() => Assert.That(Check(A.UserOperation(), 0), Is.Null);

    private Rejection? Check(UserOperation operation, UInt256 deposit)
    {
        AdmissionContext context = AdmissionBench.Of(operation, StakeInfo.None(A.Paymaster) with { Deposit = deposit });
        return _bench.Ask(new PaymasterCanPay(), context);
    }
}
