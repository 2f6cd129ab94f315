namespace Bundler.ChainTests.Methods;

/// <summary>rundler_getUserOperationGasPrice on the running node.</summary>
public sealed class RundlerGasPriceTests
{
    [Test]
    public async Task The_suggestion_is_enough() =>
        await SuggestedFees.AreEnoughAsync((await MethodNodes.Living.AskAsync("rundler_getUserOperationGasPrice")).GetProperty("suggested"));
}
