using Bundler.ChainTests.Submission.Load;
using Bundler.Erc4337;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.ChainTests.Submission;

/// <summary>A market that moves while bundles are on their way, over the node as its users run it.</summary>
public sealed class FeeTests
{
    private const int Accounts = 8;
    private static readonly TimeSpan _deadline = Eventually.Patience;

    [Test]
    public async Task A_base_fee_that_rises_tenfold_while_bundles_are_pending_costs_no_operation()
    {
        await using LoadRig rig = await LoadRig.StartAsync(0.5, Accounts, counts: false);
        await using InclusionWatch watch = new(rig.Anvil.WebSocketUrl, rig.Eth, LoadRig.EntryPoint.Address);
        await SetBaseFeeAsync(rig, 8_000_000_000);
        await rig.Anvil.RpcAsync("evm_mine");
        await rig.Anvil.RpcAsync("anvil_setIntervalMining", 0);
        Hash32[] accepted = await SendAllAsync(rig);
        await Eventually.Async(async () => await PendingAsync(rig) > await LatestAsync(rig), _deadline, "a bundle is on its way");

        // Nobody in it pays 80 gwei; in empty blocks the base fee falls by an eighth.
        await SetBaseFeeAsync(rig, 80_000_000_000);
        await rig.Anvil.RpcAsync("evm_mine");
        Assert.That(watch.Included, Is.Empty);
        await rig.Anvil.RpcAsync("evm_setIntervalMining", 1);

        await Eventually.Async(() => accepted.All(watch.Included.ContainsKey), _deadline, "every operation in a block");
        Assert.That(watch.Included.Keys, Is.EquivalentTo(accepted));
        Assert.That(watch.Included.Values.All(inclusion => inclusion.Success), Is.True);
    }

    private static Task SetBaseFeeAsync(LoadRig rig, ulong wei) => rig.Anvil.RpcAsync("anvil_setNextBlockBaseFeePerGas", Hex.EncodeQuantity(wei));

    private static async Task<Hash32[]> SendAllAsync(LoadRig rig)
    {
        List<Hash32> accepted = [];
        for (int account = 0; account < Accounts; account++)
        {
            (Hash32? hash, string? error) = await rig.SendAsync(rig.Operation(account, 1));
            Assert.That(error, Is.Null);
            accepted.Add(hash!.Value);
        }

        return [.. accepted];
    }

    private static Task<ulong> PendingAsync(LoadRig rig) => rig.Eth.GetTransactionCountAsync(LoadRig.Signer, BlockTag.Pending, CancellationToken.None);

    private static Task<ulong> LatestAsync(LoadRig rig) => rig.Eth.GetTransactionCountAsync(LoadRig.Signer, BlockTag.Latest, CancellationToken.None);
}
