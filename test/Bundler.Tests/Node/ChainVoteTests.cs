using Bundler.Ethereum.Access;
using Bundler.Node.Startup;
using Bundler.Testing;
using Bundler.Tests.Ethereum.Access;

namespace Bundler.Tests.Node;

public sealed class ChainVoteTests
{
    [TestCase(new ulong[] { 56 }, 0ul, 56ul)]
    [TestCase(new ulong[] { 1, 56, 56 }, 0ul, 56ul)]
    [TestCase(new ulong[] { 1, 56, 56 }, 1ul, 1ul)]
    [TestCase(new ulong[] { 1, 56 }, 56ul, 56ul)]
    [TestCase(new ulong[] { 1, 1 }, 56ul, 1ul, Description = "the start says then what is wrong")]
    public async Task Most_decide_unless_a_chain_is_expected(ulong[] chains, ulong expected, ulong chosen) =>
        Assert.That(ChainVote.Count(await PoolAsync(chains, expected)), Is.EqualTo(chosen));

    [Test]
    public async Task A_tie_is_not_guessed()
    {
        EndpointPool pool = await PoolAsync([1, 56], 0);

        Assert.That(
            () => ChainVote.Count(pool),
            Throws.TypeOf<ChainDisputedException>().With.Message.EqualTo(
                "The URLs are on different chains: url0 (url0.example) on 1, url1 (url1.example) on 56; say which is meant with Bundler:Chain:ChainId"));
    }

    private static async Task<EndpointPool> PoolAsync(ulong[] chains, ulong expected)
    {
        AccessRig rig = new(
            new ChainAccessOptions { ChainId = expected }, new ManualTimeProvider(), [.. chains.Select((chain, i) => ($"url{i}", AccessRig.Node("node", chainId: chain)))]);
        await rig.Probe.AllAsync(default);
        return rig.Pool;
    }
}
