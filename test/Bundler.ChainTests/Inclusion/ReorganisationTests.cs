using System.Text.Json;
using Bundler.Testing;

namespace Bundler.ChainTests.Inclusion;

/// <summary>What the chain takes back is included again: operations in = operations out.</summary>
public sealed class ReorganisationTests
{
    [TestCase(1, 1)]
    [TestCase(3, 3)]
    [TestCase(10, 4)]
    public async Task Operations_of_a_reorganisation_are_included_again(int depth, int operations)
    {
        await using InclusionRig rig = await InclusionRig.StartAsync();
        SimpleAccountWallet[] wallets = new SimpleAccountWallet[operations];
        for (int i = 0; i < operations; i++)
        {
            wallets[i] = await rig.WalletAsync();
        }

        // The accounts were funded below every block that will leave.
        await rig.MineAsync(12);
        List<string> hashes = [];
        Dictionary<string, string> blocks = [];
        for (int i = 0; i < operations; i++)
        {
            hashes.Add(await rig.SendAsync(wallets[i], InclusionRig.Operation(wallets[i])));
            blocks[hashes[i]] = BlockOf(await rig.ReceiptAsync(hashes[i]));
        }

        if (depth > operations)
        {
            await rig.MineAsync(depth - operations);
        }

        await rig.Anvil.RpcAsync("anvil_reorg", depth, Array.Empty<object>());

        foreach (string hash in hashes)
        {
            JsonElement again = await rig.ReceiptAsync(hash, receipt => BlockOf(receipt) != blocks[hash]);
            Assert.That(again.GetProperty("success").GetBoolean(), Is.True);
            Assert.That(await rig.IsOnChainAsync(again), Is.True);
        }

        Assert.That(rig.Node.Output, Does.Contain("The chain was reorganised below block"));
    }

    private static string BlockOf(JsonElement receipt) => receipt.GetProperty("receipt").GetProperty("blockHash").GetString()!;
}
