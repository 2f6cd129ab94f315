using Bundler.Engine.Gas;
using Bundler.Engine.Validation;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;
using Microsoft.Extensions.Options;

namespace Bundler.Tests.Engine.Gas;

public sealed class PreVerificationGasPolicyTests
{
    private static readonly UserOperation _operation = A.UserOperation();
    private static readonly byte[] _packed = A.EntryPoint.Operations.Pack(_operation).ToArray();
    private static readonly ulong _formula = PreVerificationGas.Of(EntryPointVersion.V07, _operation, _packed, 50_000, new PreVerificationGasOptions(), eip7623: true).Total;

    [Test]
    public void LIM_070_the_field_profile_asks_for_the_formula() => Assert.That(Required(new GasOptions()), Is.EqualTo(_formula));

    [TestCase(80, 80)]
    [TestCase(110, 110)]
    public void LIM_070_an_operator_may_ask_for_a_share_of_it(int percent, int expected) =>
        Assert.That(Required(new GasOptions { AcceptPreVerificationGasPercent = percent }), Is.EqualTo(_formula * (ulong)expected / 100));

    [Test]
    public void An_estimate_answers_a_little_more() =>
        Assert.That(Policy(new GasOptions()).Estimated(A.EntryPoint, _operation, _packed, 50_000), Is.EqualTo(_formula * 110 / 100));

    [Test]
    public void LIM_070_the_canonical_profile_asks_for_call_data_and_fifty_thousand() =>
        Assert.That(Required(new GasOptions(), ValidationProfile.Canonical), Is.EqualTo(CalldataCost.Standard(_packed) + 50_000));

    [Test]
    public void LIM_070_the_canonical_profile_never_asks_for_less_than_the_formula() =>
        Assert.That(Required(new GasOptions { AcceptPreVerificationGasPercent = 300 }, ValidationProfile.Canonical), Is.EqualTo(_formula * 3));

    [Test]
    public void LIM_070_an_estimate_of_the_canonical_profile_is_accepted_by_it()
    {
        PreVerificationGasPolicy policy = Policy(new GasOptions(), ValidationProfile.Canonical);

        Assert.That(policy.Estimated(A.EntryPoint, _operation, _packed, 50_000), Is.GreaterThanOrEqualTo(policy.Required(A.EntryPoint, _operation, _packed, 50_000)));
    }

    [Test]
    public void LIM_070_what_an_operation_is_to_offer_is_enough_with_its_own_bytes([Values(0u, 50_000u)] uint verificationGasUsed)
    {
        PreVerificationGasPolicy policy = Policy(new GasOptions());
        Random random = new(7_562);
        int tooLittle = 0;
        for (int i = 0; i < 2_000; i++)
        {
            byte[] data = new byte[random.Next(1, 3_000)];
            random.NextBytes(data);
            UserOperation operation = _operation with { CallData = Bytes.Own(data) };
            UserOperation once = operation with { PreVerificationGas = Asked(operation with { PreVerificationGas = UInt256.Zero }) };
            UserOperation paying = policy.Paying(A.EntryPoint, operation, verificationGasUsed);

            Assert.That(paying.PreVerificationGas, Is.GreaterThanOrEqualTo((UInt256)Asked(paying)));
            tooLittle += Asked(once) > once.PreVerificationGas ? 1 : 0;
        }

        Assert.That(tooLittle, Is.GreaterThan(0), "a number that does not count itself is too little");

        ulong Asked(UserOperation operation) =>
            policy.Required(A.EntryPoint, operation, A.EntryPoint.Operations.Pack(operation).Span, verificationGasUsed);
    }

    [Test]
    public void Larger_bundles_share_the_transaction() =>
        Assert.That(Required(new GasOptions { BundleSize = 10 }), Is.EqualTo(_formula - (21_000 + 9_830) * 9 / 10).Within(1));

    [Test]
    public void A_chain_without_the_floor_of_EIP_7623_asks_for_less()
    {
        UserOperation heavy = _operation with { CallData = Bytes.Own([.. Enumerable.Repeat((byte)1, 7_000)]) };
        byte[] packed = A.EntryPoint.Operations.Pack(heavy).ToArray();

        ulong with = Policy(new GasOptions()).Required(A.EntryPoint, heavy, packed, 1_000);
        ulong without = new PreVerificationGasPolicy(Options.Create(new GasOptions()), Options.Create(new ValidationOptions()), A.Chain with { Eip7623 = false })
            .Required(A.EntryPoint, heavy, packed, 1_000);

        Assert.That(without, Is.LessThan(with));
    }

    [Test]
    public void Configured_numbers_hold_from_then_on()
    {
        PreVerificationGasPolicy policy = Policy(new GasOptions());

        policy.Configure(policy.Numbers with { PerOperation = policy.Numbers.PerOperation + 1_000 });

        Assert.That(policy.Required(A.EntryPoint, _operation, _packed, 50_000), Is.EqualTo(_formula + 1_000));
    }

    [TestCase(0UL, null)]
    [TestCase(1UL, -32602)]
    public void LIM_070_the_check_is_exact(ulong missing, int? code) =>
        Assert.That(
            Policy(new GasOptions()).Check(A.EntryPoint, _operation with { PreVerificationGas = _formula - missing }, _packed, 50_000)?.Code, Is.EqualTo(code));

    private static ulong Required(GasOptions options, ValidationProfile profile = ValidationProfile.Field) =>
        Policy(options, profile).Required(A.EntryPoint, _operation, _packed, 50_000);

    private static PreVerificationGasPolicy Policy(GasOptions options, ValidationProfile profile = ValidationProfile.Field) =>
        new(Options.Create(options), Options.Create(new ValidationOptions { Profile = profile }), A.Chain);
}
