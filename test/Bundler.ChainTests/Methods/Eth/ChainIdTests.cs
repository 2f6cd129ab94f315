namespace Bundler.ChainTests.Methods;

/// <summary>eth_chainId on the running node.</summary>
public sealed class ChainIdTests
{
    [Test]
    public async Task It_is_the_chains() =>
        Assert.That(
            await MethodNodes.Living.TextAsync("eth_chainId"), Is.EqualTo((await MethodNodes.Living.Anvil.RpcAsync("eth_chainId")).GetString()));
}
