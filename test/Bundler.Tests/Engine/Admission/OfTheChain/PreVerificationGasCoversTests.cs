using Bundler.Engine.Admission.OfTheChain;
using Bundler.Engine.Gas;
using Bundler.Engine.Validation;
using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;
using Microsoft.Extensions.Options;

namespace Bundler.Tests.Engine.Admission.OfTheChain;

public sealed class PreVerificationGasCoversTests
{
    private static readonly PreVerificationGasPolicy _policy =
        new(Options.Create(new GasOptions()), Options.Create(new ValidationOptions()), A.Chain);

    /// <summary>Its call data outweighs its gas, so that the floor of EIP-7623 binds.</summary>
    private static readonly UserOperation _heavy = A.UserOperation() with
    {
        CallData = Bytes.Own([.. Enumerable.Repeat((byte)1, 7_000)]),
        CallGasLimit = 10_000,
        VerificationGasLimit = 20_000,
    };

    [TestCase(0UL, null)]
    [TestCase(1UL, -32602)]
    public void LIM_070_preVerificationGas_reaches_what_is_required(ulong missing, int? code)
    {
        UserOperation operation = A.UserOperation();
        ulong required = _policy.Required(A.EntryPoint, operation, Packed(operation), 100_000);

        Rejection? rejection = Check(operation with { PreVerificationGas = required - missing });

        Assert.That(rejection?.Code, Is.EqualTo(code));
    }

    [TestCase(0UL, null)]
    [TestCase(1UL, -32602)]
    public void LIM_070_the_floor_assumes_that_the_account_uses_its_limit(ulong missing, int? code)
    {
        ulong required = _policy.Required(A.EntryPoint, _heavy, Packed(_heavy), 20_000);

        Assert.That(Check(_heavy with { PreVerificationGas = required - missing })?.Code, Is.EqualTo(code));
    }

    [TestCase(0UL, null)]
    [TestCase(1UL, -32602)]
    public void LIM_070_the_floor_assumes_that_the_paymaster_uses_its_limit_too(ulong missing, int? code)
    {
        UserOperation sponsored = _heavy with { Paymaster = A.Paymaster, PaymasterVerificationGasLimit = 30_000 };
        ulong required = _policy.Required(A.EntryPoint, sponsored, Packed(sponsored), 20_000 + 30_000);

        Assert.That(Check(sponsored with { PreVerificationGas = required - missing })?.Code, Is.EqualTo(code));
    }

    // The packed bytes are those that the requirement was computed from: the field itself is part of the call data.
    private static Rejection? Check(UserOperation operation) =>
        new PreVerificationGasCovers(_policy).Check(AdmissionBench.Of(operation) with { Packed = Bytes.From(Packed(operation with { PreVerificationGas = 60_000 })) });

    private static ReadOnlySpan<byte> Packed(UserOperation operation) => A.EntryPoint.Operations.Pack(operation);
}
