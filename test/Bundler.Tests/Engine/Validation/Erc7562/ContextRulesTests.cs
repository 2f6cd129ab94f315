using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Testing;

namespace Bundler.Tests.Engine.Validation.Erc7562;

public sealed class ContextRulesTests
{
    [Test]
    public void EREP_040_an_aggregator_must_be_staked()
    {
        Assert.That(A.Trace().Aggregated(A.Contract).Violations().Single(),
            Has.Property("Rule").EqualTo(Erc7562Rule.Erep040).And.Property("CuredByStake").True);
        Assert.That(A.Trace().Aggregated(A.Contract).Staked(A.Contract).Violations(), Is.Empty);
    }

    [Test]
    public void EREP_050_an_unstaked_paymaster_may_not_return_a_context()
    {
        Assert.That(A.Trace().ReturnsContext(1).Violations().Single(),
            Has.Property("Rule").EqualTo(Erc7562Rule.Erep050).And.Property("Message").EqualTo("unstaked paymaster must not return context"));
        Assert.That(A.Trace().ReturnsContext(0).Violations(), Is.Empty);
        Assert.That(A.Trace().ReturnsContext(1).Staked(A.Paymaster).Violations(), Is.Empty);
    }

    [TestCase(2_048, 0)]
    [TestCase(2_049, 1)]
    public void LIM_020_a_context_has_at_most_2048_bytes(int length, int violations) =>
        Assert.That(
            A.Trace().ReturnsContext(length).Staked(A.Paymaster).Violations().Select(violation => violation.Rule),
            Is.EqualTo(Enumerable.Repeat(Erc7562Rule.Lim020, violations)));

    [TestCase(EntryPointVersion.V06, 62_500UL, 0)]
    [TestCase(EntryPointVersion.V06, 67_500UL, 1)]
    [TestCase(EntryPointVersion.V07, 62_500UL, 0)]
    [TestCase(EntryPointVersion.V07, 65_900UL, 1)]
    public void LIM_030_the_verification_limit_leaves_4000_gas_beside_what_account_and_entry_point_use(
        EntryPointVersion version, ulong accountGas, int violations) =>
        Assert.That(
            At(version).InAccount(frame => frame.UsesGas(accountGas)).Violations().Select(violation => violation.Rule),
            Is.EqualTo(Enumerable.Repeat(Erc7562Rule.Lim030, violations)));

    [Test]
    public void LIM_030_a_nonce_key_in_use_is_cheaper() =>
        Assert.That(A.Trace().With(operation => operation with { Nonce = 1 }).InAccount(frame => frame.UsesGas(78_000)).Violations(), Is.Empty);

    [TestCase(96_000UL, 0)]
    [TestCase(96_001UL, 1)]
    public void LIM_030_the_paymasters_limit_leaves_4000_gas_too(ulong paymasterGas, int violations) =>
        Assert.That(
            A.Trace().InPaymaster(frame => frame.UsesGas(paymasterGas)).Violations().Select(violation => violation.Rule),
            Is.EqualTo(Enumerable.Repeat(Erc7562Rule.Lim030, violations)));

    [Test]
    public void LIM_030_on_v06_account_and_paymaster_share_one_limit() =>
        Assert.That(
            At(EntryPointVersion.V06).InAccount(frame => frame.UsesGas(35_000)).InPaymaster(frame => frame.UsesGas(35_000)).Violations().Single().Message,
            Does.StartWith("account needs a higher verificationGasLimit"));

    private static TraceBuilder At(EntryPointVersion version) => A.Trace().At(SimpleAccountWallet.EntryPointOf(version));
}
