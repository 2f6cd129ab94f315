using Bundler.ChainTests.Submission.Load;
using Bundler.Erc4337;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.ChainTests.Submission;

/// <summary>How soon operations are in a block, over the node as its users run it; scripts/bench inclusion has the distribution.</summary>
public sealed class LatencyTests
{
    private static readonly TimeSpan _deadline = Eventually.Patience;

    [Test]
    public async Task With_a_block_every_450_ms_a_lonely_operation_is_mostly_in_the_next_one()
    {
        const int Operations = 9;
        await using LoadRig rig = await LoadRig.StartAsync(0.45, 1, counts: false);
        await using InclusionWatch watch = new(rig.Anvil.WebSocketUrl, rig.Eth, LoadRig.EntryPoint.Address);
        List<ulong> blocks = [];
        for (ulong key = 1; key <= Operations; key++)
        {
            (Hash32? hash, string? error) = await rig.SendAsync(rig.Operation(0, key));
            Assert.That(error, Is.Null);
            ulong accepted = await rig.Eth.BlockNumberAsync(CancellationToken.None);
            await Eventually.Async(() => watch.Included.ContainsKey(hash!.Value), _deadline, "the operation in a block");
            blocks.Add(watch.Included[hash!.Value].Block - accepted);
        }

        blocks.Sort();
        Assert.That(blocks[Operations / 2], Is.LessThanOrEqualTo(1), string.Join(' ', blocks));
    }

    [Test]
    public async Task Operations_that_come_while_bundles_are_in_flight_go_with_the_same_signer_into_the_same_block()
    {
        const int Operations = 4;
        await using LoadRig rig = await LoadRig.StartAsync(4, Operations, counts: false, "--Bundler:Bundling:MaxWaitBlockTimes=0");
        await using InclusionWatch watch = new(rig.Anvil.WebSocketUrl, rig.Eth, LoadRig.EntryPoint.Address);
        ulong start = await rig.Eth.BlockNumberAsync(CancellationToken.None);
        await Eventually.Async(async () => await rig.Eth.BlockNumberAsync(CancellationToken.None) > start, _deadline, "a block has begun");
        List<Hash32> hashes = [];
        for (int account = 0; account < Operations; account++)
        {
            ulong pending = await PendingAsync(rig);
            hashes.Add((await rig.SendAsync(rig.Operation(account, 1))).Hash!.Value);
            await Eventually.Async(async () => await PendingAsync(rig) > pending, _deadline, "its bundle is on its way");
        }

        await Eventually.Async(() => hashes.All(watch.Included.ContainsKey), _deadline, "all in a block");
        Assert.That(hashes.Select(hash => watch.Included[hash].Transaction), Is.Unique);
        Assert.That(hashes.Select(hash => watch.Included[hash].Block).Distinct().Count(), Is.LessThan(Operations));
    }

    private static Task<ulong> PendingAsync(LoadRig rig) =>
        rig.Eth.GetTransactionCountAsync(LoadRig.Signer, BlockTag.Pending, CancellationToken.None);
}
