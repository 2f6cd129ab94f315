using Bundler.Paymaster.Options;
using Microsoft.Extensions.Options;

namespace Bundler.Paymaster.Deciding;

/// <summary>Every rule that an operation has to pass before anything is read or reserved for it, in order: what it offers must be honest, whoever bundles it in the end.</summary>
public sealed class SponsorRules(IOptions<SponsorOptions> options)
{
    private readonly ISponsorRule[] _all =
    [
        new NoPostOpGas(),
        new PaymasterGasWithinStub(),
        new PreVerificationGasHonest(options.Value.MaxPreVerificationGasPercent),
        new FeesNearMarket(options.Value.MaxFeePercent),
    ];

    /// <summary>The first reason not to pay.</summary>
    public SponsorRefusal? Check(SponsorQuestion question) => _all.Select(rule => rule.Check(question)).FirstOrDefault(refusal => refusal is not null);
}
