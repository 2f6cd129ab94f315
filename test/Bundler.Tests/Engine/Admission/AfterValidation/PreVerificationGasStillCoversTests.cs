using Bundler.Engine.Admission;
using Bundler.Engine.Admission.AfterValidation;
using Bundler.Engine.Gas;
using Bundler.Engine.Validation;
using Bundler.Erc4337;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;
using Microsoft.Extensions.Options;

namespace Bundler.Tests.Engine.Admission.AfterValidation;

public sealed class PreVerificationGasStillCoversTests
{
    private static readonly UserOperation _heavy = A.UserOperation() with
    {
        CallData = Bytes.Own([.. Enumerable.Repeat((byte)1, 7_000)]),
        CallGasLimit = 10_000,
        Paymaster = A.Paymaster,
    };

    private static readonly PreVerificationGasPolicy _policy =
        new(Options.Create(new GasOptions()), Options.Create(new ValidationOptions()), A.Chain);

    [TestCase(20_000UL, 30_000UL, null)]
    [TestCase(19_999UL, 30_000UL, -32602)]
    [TestCase(20_000UL, 29_999UL, -32602)]
    public void LIM_070_the_floor_counts_what_account_and_paymaster_really_used(ulong account, ulong paymaster, int? code)
    {
        Bytes packed = A.EntryPoint.Operations.Pack(_heavy);
        AdmissionContext context = AdmissionBench.Of(_heavy with { PreVerificationGas = _policy.Required(A.EntryPoint, _heavy, packed, 50_000) }) with
        {
            Packed = packed,
            Validation = A.Validation() with { VerificationGasUsed = account, PaymasterVerificationGasUsed = paymaster },
        };

        Assert.That(new PreVerificationGasStillCovers(_policy).Check(context)?.Code, Is.EqualTo(code));
    }
}
