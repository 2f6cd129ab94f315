using Bundler.Testing;

namespace Bundler.ChainTests.Faults;

/// <summary>The chain begins anew from an earlier block, far below where the index is: in = out on the new one.</summary>
public sealed class ChainResetTests
{
    private const string ManyBlocks = "0x2bc";

    private static readonly TimeSpan _deadline = Eventually.Patience;

    [TestCase(true, TestName = "A_chain_that_began_anew_while_the_node_was_down_is_followed_within_seconds")]
    [TestCase(false, TestName = "A_chain_that_begins_anew_under_the_running_node_is_followed_within_seconds")]
    public async Task Reset(bool isDown)
    {
        await using AnvilProcess anvil = await AnvilProcess.StartAsync();
        using Traffic traffic = await Traffic.BeginAsync(anvil);
        SimpleAccountWallet[] before = await traffic.FundAsync(2);
        SimpleAccountWallet[] after = await traffic.FundAsync(2);
        string snapshot = (await anvil.RpcAsync("evm_snapshot")).GetString()!;
        await anvil.RpcAsync("anvil_mine", ManyBlocks);
        NodeProcess node = await NodeProcess.StartAsync(anvil.Url, "--debug-api");
        try
        {
            await traffic.SendFromAsync(node, before);
            await traffic.IncludedAsync(node);
            if (isDown)
            {
                await node.StopAsync();
            }

            await anvil.RpcAsync("evm_revert", snapshot);
            await anvil.RpcAsync("evm_mine");
            node = isDown ? await node.RestartAsync() : node;
            await Eventually.Async(
                () => node.Output.Contains("No indexed block is in the chain any more", StringComparison.Ordinal), _deadline, $"the index goes back\n{node.Output}");
            await Eventually.Async(async () => (await node.ReadinessAsync()).Status == 200, _deadline, $"it is ready\n{node.Output}");
            await traffic.SendFromAsync(node, after);
            await Eventually.Async(traffic.IsOnChainAsync, _deadline, $"what was undone and what is new are included\n{node.Output}");
            await traffic.AssertInIsOutAsync(node);
        }
        finally
        {
            await node.DisposeAsync();
        }
    }
}
