using Bundler.Engine.Admission.OfTheOperation;
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

        Rejection? rejection = new GasLimitsWithinBounds(Options.Create(options)).Check(AdmissionBench.Of(A.UserOperation()));

        Assert.That(rejection?.Code, Is.EqualTo(-32602));
    }

    private static Rejection.InvalidFields? Check(UserOperation operation, ValidationProfile profile) =>
        (Rejection.InvalidFields?)new GasLimitsWithinBounds(Options.Create(new ValidationOptions { Profile = profile }))
            .Check(AdmissionBench.Of(operation));
}
