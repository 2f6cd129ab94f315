namespace Bundler.ChainTests.Methods;

/// <summary>bundler_getGasPrice on the running node.</summary>
public sealed class GetGasPriceTests
{
    [TestCase("slow")]
    [TestCase("standard")]
    [TestCase("fast")]
    public async Task Each_level_is_enough(string level) =>
        await SuggestedFees.AreEnoughAsync((await MethodNodes.Living.AskAsync("bundler_getGasPrice")).GetProperty(level));
}
