namespace Bundler.ChainTests.Methods;

/// <summary>skandha_getGasPrice on the running node.</summary>
public sealed class SkandhaGasPriceTests
{
    [Test]
    public async Task The_price_is_enough() => await SuggestedFees.AreEnoughAsync(await MethodNodes.Living.AskAsync("skandha_getGasPrice"));
}
