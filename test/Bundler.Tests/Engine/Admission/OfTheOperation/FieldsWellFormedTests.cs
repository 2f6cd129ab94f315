using Bundler.Engine.Admission;
using Bundler.Engine.Admission.OfTheOperation;
using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;
using Microsoft.Extensions.Options;

namespace Bundler.Tests.Engine.Admission.OfTheOperation;

public sealed class FieldsWellFormedTests
{
    private static readonly UserOperation _sponsored = A.UserOperation() with { Factory = A.Factory, Paymaster = A.Paymaster };

    [Test]
    public void An_ordinary_operation_with_factory_and_paymaster_is_well_formed() => Assert.That(Check(_sponsored), Is.Null);

    [Test]
    public void A_zero_sender_is_refused() => Assert.That(Check(_sponsored with { Sender = Address.Zero })?.Field, Is.EqualTo("sender"));

    [Test]
    public void A_zero_paymaster_is_refused() => Assert.That(Check(_sponsored with { Paymaster = Address.Zero })?.Field, Is.EqualTo("paymaster"));

    [Test]
    public void A_zero_factory_is_refused() => Assert.That(Check(_sponsored with { Factory = Address.Zero })?.Field, Is.EqualTo("factory"));

    [TestCase(9_099UL, "callGasLimit")]
    [TestCase(9_100UL, null)]
    public void The_call_has_at_least_the_gas_that_the_operator_asks_for(ulong gas, string? field) =>
        Assert.That(Check(_sponsored with { CallGasLimit = gas }, minCallGasLimit: 9_100)?.Field, Is.EqualTo(field));

    [TestCase(101UL, "maxPriorityFeePerGas")]
    [TestCase(100UL, null)]
    public void The_tip_is_at_most_the_fee(ulong tip, string? field) =>
        Assert.That(Check(_sponsored with { MaxFeePerGas = 100, MaxPriorityFeePerGas = tip })?.Field, Is.EqualTo(field));

    [Test]
    public void Its_code_is_invalid_params() => Assert.That(Check(_sponsored with { Sender = Address.Zero })?.Code, Is.EqualTo(-32602));

    private static Rejection.InvalidFields? Check(UserOperation operation, uint minCallGasLimit = 0) =>
        (Rejection.InvalidFields?)new FieldsWellFormed(Options.Create(new AdmissionOptions { MinCallGasLimit = minCallGasLimit })).Check(AdmissionBench.Of(operation));
}
