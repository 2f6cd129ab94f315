namespace Bundler.ChainTests.Methods;

/// <summary>web3_clientVersion on the running node.</summary>
public sealed class ClientVersionTests
{
    [Test]
    public async Task It_names_the_bundler_its_version_and_its_tracer() =>
        Assert.That(await MethodNodes.Living.TextAsync("web3_clientVersion"), Does.Match(@"^bundler/\d+\.\d+\.\d+ \(javascript\)$"));
}
