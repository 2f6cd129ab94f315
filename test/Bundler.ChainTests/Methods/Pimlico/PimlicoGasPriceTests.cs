namespace Bundler.ChainTests.Methods;

/// <summary>pimlico_getUserOperationGasPrice on the running node.</summary>
public sealed class PimlicoGasPriceTests
{
    [TestCase("slow")]
    [TestCase("standard")]
    [TestCase("fast")]
    public async Task Each_level_is_enough(string level) =>
        await SuggestedFees.AreEnoughAsync((await MethodNodes.Living.AskAsync("pimlico_getUserOperationGasPrice")).GetProperty(level));
}
