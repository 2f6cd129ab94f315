using Bundler.Testing;

namespace Bundler.ChainTests.Faults;

/// <summary>An Ethereum node that loses a part of what it is asked, for as long as anybody looks: in = out within a bound of blocks.</summary>
public sealed class FlakyNodeTests
{
    /// <summary>One block each second: so many of them, and all must be included.</summary>
    private const int MaxBlocks = 20;

    private const int Operations = 8;

    private static readonly TimeSpan _deadline = Eventually.Patience;

    private AnvilProcess _anvil = null!;

    private static IEnumerable<TestCaseData> Losses()
    {
        yield return Case(new ProxyFault.Drop(), 0.3, "drops 30 of 100 connections");
        yield return Case(new ProxyFault.Drop(), 0.3, "drops 30 of 100 connections and has no batches", refusesBatches: true);
        yield return Case(new ProxyFault.LoseAnswer(), 0.3, "does what it is asked and loses 30 of 100 answers");
        yield return Case(new ProxyFault.Status(503), 0.4, "answers 40 of 100 with 503");
        yield return Case(new ProxyFault.Cut(), 0.3, "cuts 30 of 100 answers");
        yield return Case(new ProxyFault.Text("<html>try again</html>"), 0.3, "answers 30 of 100 with a page and 200");
        yield return Case(new ProxyFault.Text("[]"), 0.3, "answers 30 of 100 with an empty array");
    }

    [OneTimeSetUp]
    public async Task StartChainAsync() => _anvil = await AnvilProcess.StartAsync();

    [OneTimeTearDown]
    public async Task StopChainAsync() => await _anvil.DisposeAsync();

    [TestCaseSource(nameof(Losses))]
    public async Task An_Ethereum_node_that(ProxyFault fault, double share, bool refusesBatches)
    {
        using Traffic traffic = await Traffic.BeginAsync(_anvil);
        await using FaultyProxy proxy = await FaultyProxy.StartAsync(_anvil.Url);
        proxy.RefusesBatches = refusesBatches;
        await using NodeProcess node = await NodeProcess.StartAsync(proxy.Url, "--debug-api", "--Bundler:Bundling:MaxOperations=2");
        SimpleAccountWallet[] wallets = await traffic.FundAsync(Operations - 1);
        await _anvil.RpcAsync("evm_setIntervalMining", 1);
        try
        {
            proxy.Fail(new ProxyFault.Sometimes(fault, share, Seed: 7));
            await traffic.SendFromAsync(node, wallets);
            await Eventually.Async(
                async () =>
                {
                    await traffic.TryAgainAsync(node);
                    return traffic.Accepted.Count == Operations;
                },
                _deadline,
                $"all are accepted\n{node.Output}");
            ulong accepted = await traffic.BlockNumberAsync();
            await Eventually.Async(traffic.IsOnChainAsync, _deadline, $"all are included\n{node.Output}");
            ulong blocks = await traffic.BlockNumberAsync() - accepted;
            TestContext.Out.WriteLine($"{Operations} of {Operations} within {blocks} blocks");
            Assert.That(blocks, Is.LessThanOrEqualTo(MaxBlocks), node.Output);
        }
        finally
        {
            proxy.Heal();
            await _anvil.RpcAsync("evm_setIntervalMining", 0);
            await _anvil.RpcAsync("evm_setAutomine", true);
        }

        await traffic.AssertInIsOutAsync(node);
    }

    private static TestCaseData Case(ProxyFault fault, double share, string name, bool refusesBatches = false) =>
        new TestCaseData(fault, share, refusesBatches).SetArgDisplayNames(name);
}
