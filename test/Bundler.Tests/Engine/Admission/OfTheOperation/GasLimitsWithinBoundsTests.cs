using Bundler.Engine.Admission.OfTheOperation;
using Bundler.Engine.Gas;
using Bundler.Engine.Validation;
using Bundler.Erc4337;
using Bundler.Testing;
using Microsoft.Extensions.Options;

namespace Bundler.Tests.Engine.Admission.OfTheOperation;

public sealed class GasLimitsWithinBoundsTests
{
    [TestCase(ValidationProfile.Canonical, 499_999UL, null)]
    [TestCase(ValidationProfile.Canonical, 500_000UL, "verificationGasLimit")]
    [TestCase(ValidationProfile.Field, 5_000_000UL, null)]
    [TestCase(ValidationProfile.Field, 5_000_001UL, "verificationGasLimit")]
    public void LIM_060_verificationGasLimit_is_bound_by_the_profile(ValidationProfile profile, ulong gas, string? field) =>
        Assert.That(Check(A.UserOperation() with { VerificationGasLimit = gas }, profile)?.Field, Is.EqualTo(field));

    [TestCase(ValidationProfile.Canonical, 499_999UL, null)]
    [TestCase(ValidationProfile.Canonical, 500_000UL, "paymasterVerificationGasLimit")]
    [TestCase(ValidationProfile.Field, 5_000_000UL, null)]
    [TestCase(ValidationProfile.Field, 5_000_001UL, "paymasterVerificationGasLimit")]
    public void LIM_060_paymasterVerificationGasLimit_is_bound_by_the_profile(ValidationProfile profile, ulong gas, string? field) =>
        Assert.That(Check(A.UserOperation() with { Paymaster = A.Paymaster, PaymasterVerificationGasLimit = gas }, profile)?.Field, Is.EqualTo(field));

    [Test]
    public void LIM_060_a_configured_maximum_goes_before_the_profile()
    {
        ValidationOptions options = new() { Profile = ValidationProfile.Field, MaxVerificationGas = 99_999 };

        Rejection? rejection = new GasLimitsWithinBounds(Options.Create(options), A.Chain).Check(AdmissionBench.Of(A.UserOperation()));

        Assert.That(rejection?.Code, Is.EqualTo(-32602));
    }

    [TestCase(0UL, null)]
    [TestCase(1UL, "callGasLimit")]
    public void EIP_7825_the_operation_alone_fits_into_a_transaction(ulong missing, string? field)
    {
        UserOperation operation = A.UserOperation();
        ulong needed = (ulong)BundleGas.Needed(A.EntryPoint, operation, A.EntryPoint.Operations.Pack(operation));

        GasLimitsWithinBounds rule = new(Options.Create(new ValidationOptions()), A.Chain with { TransactionGasLimit = needed - missing });

        Assert.That(((Rejection.InvalidFields?)rule.Check(AdmissionBench.Of(operation)))?.Field, Is.EqualTo(field));
    }

    private static Rejection.InvalidFields? Check(UserOperation operation, ValidationProfile profile) =>
        (Rejection.InvalidFields?)new GasLimitsWithinBounds(Options.Create(new ValidationOptions { Profile = profile }), A.Chain)
            .Check(AdmissionBench.Of(operation));
}
