using Bundler.Engine.Gas;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Paymaster.Codecs;
using Bundler.Paymaster.Contracts;
using Bundler.Paymaster.Deciding;
using Bundler.Paymaster.Options;
using Bundler.Testing;

namespace Bundler.Tests.Paymaster.Deciding;

/// <summary>What an operation may offer at the sponsor's expense, to the unit.</summary>
public sealed class SponsorRulesTests
{
    private static readonly SponsorRules _rules = new(Microsoft.Extensions.Options.Options.Create(new SponsorOptions { MaxPreVerificationGasPercent = 120, MaxFeePercent = 250 }));

    private static readonly UserOperation _honest = A.UserOperation() with
    {
        CallData = Bytes.From(new byte[64]),
        PreVerificationGas = 60_000,
        MaxFeePerGas = 2_500,
        MaxPriorityFeePerGas = 250,
        PaymasterVerificationGasLimit = SponsoredPaymaster.VerificationGasFor(64),
        PaymasterPostOpGasLimit = 0,
        Factory = null,
        FactoryData = Bytes.Empty,
    };

    [Test]
    public void What_is_honest_is_paid_for() => Assert.That(Check(_honest), Is.Null);

    [Test]
    public void Row_2_a_preVerificationGas_above_our_own_estimate_and_a_fifth_is_not_paid_for()
    {
        SponsorRefusal refusal = Check(_honest with { PreVerificationGas = 60_001 })!;

        Assert.That((refusal.Rule, refusal.Reason, refusal.Limit, refusal.Spent), Is.EqualTo(("preVerificationGas", SponsorReason.PolicyRejected, (UInt256?)60_000, (UInt256?)60_001)));
        Assert.That(Check(_honest with { PreVerificationGas = 250_000 })!.Rule, Is.EqualTo("preVerificationGas"));
    }

    [Test]
    public void Row_2_fees_above_the_market_are_not_paid_for()
    {
        Assert.That(Check(_honest with { MaxFeePerGas = 2_501 })!.Rule, Is.EqualTo("maxFeePerGas"));
        Assert.That(Check(_honest with { MaxPriorityFeePerGas = 251 })!.Rule, Is.EqualTo("maxPriorityFeePerGas"));
    }

    [Test]
    public void Row_11_the_paymasters_gas_is_what_the_stub_says_at_most() =>
        Assert.That(Check(_honest with { PaymasterVerificationGasLimit = SponsoredPaymaster.VerificationGasFor(64) + 1 })!.Rule, Is.EqualTo("paymasterVerificationGasLimit"));

    [Test]
    public void Row_17_a_postOp_limit_is_not_paid_for() =>
        Assert.That(Check(_honest with { PaymasterPostOpGasLimit = 1 })!.Rule, Is.EqualTo("paymasterPostOpGasLimit"));

    private static SponsorRefusal? Check(UserOperation operation)
    {
        EntryPoint entryPoint = SimpleAccountWallet.EntryPointOf(EntryPointVersion.V07);
        SponsoredPaymaster paymaster = new(
            "mine", new GrantSite(entryPoint, Address.Zero, 1), GrantCodecCatalog.Find("node", EntryPointVersion.V07)!, null!, [], AcceptsUnknownCode: false);
        return _rules.Check(new SponsorQuestion(paymaster, operation, PreVerificationGas: 50_000, new FeeLevel(1_000, 100)));
    }
}
