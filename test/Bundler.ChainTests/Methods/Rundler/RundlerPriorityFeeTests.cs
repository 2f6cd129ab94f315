namespace Bundler.ChainTests.Methods;

/// <summary>rundler_maxPriorityFeePerGas on the running node.</summary>
public sealed class RundlerPriorityFeeTests
{
    [Test]
    public async Task The_tip_is_what_the_other_prices_rest_on() =>
        Assert.That(
            await MethodNodes.Living.TextAsync("rundler_maxPriorityFeePerGas"),
            Is.EqualTo((await MethodNodes.Living.AskAsync("bundler_getGasPrice")).GetProperty("slow").GetProperty("maxPriorityFeePerGas").GetString()));
}
