using System.Text.Json;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.ChainTests.Inclusion;

/// <summary>What the chain takes back is included again: operations in = operations out.</summary>
public sealed class ReorganisationTests
{
    private static readonly TimeSpan _deadline = Eventually.Patience;

    [TestCase(1, 1)]
    [TestCase(3, 3)]
    [TestCase(10, 4)]
    public async Task Operations_of_a_reorganisation_are_included_again(int depth, int operations)
    {
        await using InclusionRig rig = await InclusionRig.StartAsync(withNode: false);
        await rig.StartNodeAsync(null, "--debug-api", "--Bundler:Rpc:OperatorAddress=127.0.0.1:0");
        UInt256 before = await BalanceAsync(rig);
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
        await AssertTakenBackAsync(rig, wallets[0], operations, before);
        await rig.MineAsync(70);
        foreach (string hash in hashes)
        {
            await Eventually.Async(
                async () =>
                {
                    // The chain is asked what is final on heads, at most once a second.
                    await rig.MineAsync(1);
                    return (await rig.Node.RpcAsync("bundler_getUserOperationStatus", hash)).GetProperty("status").GetString() == "final";
                },
                _deadline,
                $"{hash} is final; {rig.Node.Output}");
        }

        JsonElement entries = (await LedgerAsync(rig, "bundles")).GetProperty("bundles");
        Assert.That(entries.EnumerateArray().Select(entry => entry.GetProperty("final").GetBoolean()), Is.All.True);
    }

    /// <summary>What left the chain has left the counters and the ledger: each operation counts once, and the signer's balance says the same.</summary>
    private static async Task AssertTakenBackAsync(InclusionRig rig, SimpleAccountWallet wallet, int operations, UInt256 before)
    {
        string seen = "";
        await Eventually.Async(
            async () =>
            {
                UInt256 now = await BalanceAsync(rig);
                string net = now >= before ? (now - before).ToString() : $"-{before - now}";
                JsonElement total = (await LedgerAsync(rig, "totals")).GetProperty("total");
                JsonElement reputation = await rig.Node.RpcAsync("debug_bundler_dumpReputation", wallet.EntryPoint.Address.ToString());
                JsonElement factory = reputation.EnumerateArray().Single(entry => Address.Parse(entry.GetProperty("address").GetString()!) == wallet.Factory);
                seen = $"opsIncluded {factory.GetProperty("opsIncluded")}, ledger {total}, balance {net}";
                return factory.GetProperty("opsIncluded").GetString() == Hex.EncodeQuantity((ulong)operations) && total.GetProperty("operations").GetInt32() == operations && total.GetProperty("net").GetString() == net;
            },
            _deadline,
            $"{operations} operations are counted once, and the ledger's net is what the signer's balance changed by: {seen}; {rig.Node.Output}");
    }

    private static async Task<UInt256> BalanceAsync(InclusionRig rig) =>
        await rig.Eth.GetBalanceAsync(DevAccounts.All[1].Address, BlockTag.Latest, CancellationToken.None);

    private static async Task<JsonElement> LedgerAsync(InclusionRig rig, string path) =>
        JsonElement.Parse((await rig.Node.GetOperatorsAsync($"/ledger/{path}")).Body);

    private static string BlockOf(JsonElement receipt) => receipt.GetProperty("receipt").GetProperty("blockHash").GetString()!;
}
