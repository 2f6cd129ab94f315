using Bundler.Engine.Admission;
using Bundler.Engine.Admission.OfTheChain;
using Bundler.Engine.Chain;
using Bundler.Engine.Gas;
using Bundler.Ethereum.Client;
using Bundler.Testing;
using Microsoft.Extensions.Options;

namespace Bundler.Tests.Engine.Admission.OfTheChain;

public sealed class FeesAcceptableTests
{
    [TestCase(110UL, null)]
    [TestCase(109UL, -32602)]
    public void The_fee_reaches_the_coming_block_as_the_context_knows_it(ulong maxFee, int? code)
    {
        IOptions<GasOptions> gas = Options.Create(new GasOptions());
        FeeOracle oracle = new(new EthClient(new FakeNode()), new HeadFeed(), new PriceFloor(A.Chain, gas, TimeProvider.System), gas);
        AdmissionContext context = AdmissionBench.Of(A.UserOperation() with { MaxFeePerGas = maxFee, MaxPriorityFeePerGas = 10 })
            with { Fees = new FeeQuote(BaseFeePerGas: 100, SuggestedTip: 50, FloorTip: 10) };

        Assert.That(new FeesAcceptable(oracle).Check(context)?.Code, Is.EqualTo(code));
    }
}
