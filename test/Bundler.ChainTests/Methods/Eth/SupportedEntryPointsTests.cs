using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.ChainTests.Methods;

/// <summary>eth_supportedEntryPoints on the running node.</summary>
public sealed class SupportedEntryPointsTests
{
    [Test]
    public async Task They_are_those_of_the_chain_and_have_code()
    {
        Address[] served = [.. (await MethodNodes.Living.AskAsync("eth_supportedEntryPoints")).EnumerateArray().Select(entry => Address.Parse(entry.GetString()))];

        Assert.That(
            served, Is.EquivalentTo(new[] { Deployments.EntryPointV06, Deployments.EntryPointV07, Deployments.EntryPointV08, Deployments.EntryPointV09 }));
        foreach (Address entryPoint in served)
        {
            Assert.That((await MethodNodes.Living.Eth.GetCodeAsync(entryPoint, BlockTag.Latest, CancellationToken.None)).IsEmpty, Is.False);
        }
    }
}
