using System.Globalization;
using System.Text.Json;
using Bundler.ChainTests.Inclusion;
using Bundler.Erc4337;
using Bundler.Testing;

namespace Bundler.ChainTests.Methods;

/// <summary>debug_bundler_backfill and POST /history/backfill on the running node.</summary>
public sealed class BackfillTests
{
    [Test]
    public async Task Operations_of_before_the_start_are_brought_into_the_index_at_once()
    {
        await using InclusionRig rig = await InclusionRig.StartAsync(withNode: false);
        List<string> hashes = [];
        for (int i = 0; i < 3; i++)
        {
            SimpleAccountWallet wallet = await rig.WalletAsync();
            UserOperation operation = InclusionRig.Operation(wallet);
            await rig.BundleAsync(wallet.EntryPoint, null, operation);
            hashes.Add(wallet.EntryPoint.Hash(operation, 1337, null).ToString());
            await rig.MineAsync(20);
        }

        await using FaultyProxy proxy = await FaultyProxy.StartAsync(rig.Anvil.Url);
        await rig.StartNodeAsync(proxy.Url, "--debug-api");
        string head = (await rig.Anvil.RpcAsync("eth_blockNumber")).GetString()!;

        JsonElement report = await rig.Node.RpcAsync("debug_bundler_backfill", "0x0", head);
        int asked = proxy.CountOf("eth_getLogs");

        Assert.That((report.GetProperty("fromBlock").GetString(), report.GetProperty("complete").GetBoolean()), Is.EqualTo(("0x0", true)));
        Assert.That(report.GetProperty("operations").GetInt32(), Is.EqualTo(3));
        Assert.That(
            report.GetProperty("blocks").GetInt32(), Is.EqualTo(int.Parse(head[2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture)).Within(1));
        foreach (string hash in hashes)
        {
            Assert.That((await rig.Node.RpcAsync("eth_getUserOperationReceipt", hash)).GetProperty("userOpHash").GetString(), Is.EqualTo(hash));
        }

        Assert.That(proxy.CountOf("eth_getLogs"), Is.EqualTo(asked), "the index answers");
    }

    [Test]
    public async Task Without_the_debug_namespace_it_does_not_exist_and_the_operators_address_offers_the_same()
    {
        await using InclusionRig rig = await InclusionRig.StartAsync(withNode: false);
        SimpleAccountWallet wallet = await rig.WalletAsync();
        UserOperation operation = InclusionRig.Operation(wallet);
        await rig.BundleAsync(wallet.EntryPoint, null, operation);
        await rig.MineAsync(20);
        await rig.StartNodeAsync(null, "--Bundler:Rpc:OperatorAddress=127.0.0.1:0");

        JsonElement answer = await rig.Node.CallAsync("debug_bundler_backfill", "0x0", "0x10");
        (int status, JsonElement report) = await rig.Node.PostOperatorsAsync("/history/backfill?fromBlock=0&toBlock=15");

        Assert.That(answer.GetProperty("error").GetProperty("code").GetInt32(), Is.EqualTo(-32601));
        Assert.That(status, Is.EqualTo(200));
        Assert.That(report.ToString(), Is.EqualTo("""{"fromBlock":0,"blocks":16,"operations":1,"complete":true}"""));
        string hash = wallet.EntryPoint.Hash(operation, 1337, null).ToString();
        Assert.That((await rig.Node.RpcAsync("eth_getUserOperationReceipt", hash)).GetProperty("userOpHash").GetString(), Is.EqualTo(hash));
    }
}
