using System.Text.Json;
using Bundler.ChainTests.Submission.Load;
using Bundler.Erc4337;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.ChainTests.Submission;

/// <summary>Access lists (EIP-2930) where they pay and nowhere else, measured on the chain.</summary>
public sealed class AccessListTests
{
    private const int Operations = 3;
    private static readonly TimeSpan _deadline = Eventually.Patience;
    private static readonly Address _treasury = DevAccounts.All[7].Address;

    [Test]
    public async Task A_bundle_for_a_treasury_lists_it_and_uses_less_gas_than_without()
    {
        await using LoadRig rig = await LoadRig.StartAsync(null, Operations, counts: false, "--bundling", "manual", $"--Bundler:Bundling:Beneficiary={_treasury}");
        ulong without = await BareAsync(rig, key: 1);
        (JsonElement transaction, TransactionReceipt receipt) = await BundleAsync(rig, key: 2);

        JsonElement listed = transaction.GetProperty("accessList");
        Assert.That(listed.EnumerateArray().Select(entry => Address.Parse(entry.GetProperty("address").GetString())), Is.EqualTo(new[] { _treasury }));

        // What the call data costs differs by the zero bytes of nonces and signatures; the rest by what the list saves.
        long difference = Cost(Bytes.Parse(transaction.GetProperty("input").GetString())) - Cost(CallData(rig, key: 1));
        Assert.That((long)receipt.GasUsed, Is.EqualTo((long)without + difference - (long)Engine.Bundling.Money.BundleAccessList.Saving));
    }

    [Test]
    public async Task A_bundle_whose_fees_go_to_its_signer_has_none()
    {
        await using LoadRig rig = await LoadRig.StartAsync(null, Operations, counts: false, "--bundling", "manual");

        (JsonElement transaction, _) = await BundleAsync(rig, key: 1);

        Assert.That(transaction.GetProperty("accessList").GetArrayLength(), Is.Zero);
    }

    private static async Task<(JsonElement Transaction, TransactionReceipt Receipt)> BundleAsync(LoadRig rig, ulong key)
    {
        foreach (UserOperation operation in OperationsOf(rig, key))
        {
            Assert.That((await rig.SendAsync(operation)).Error, Is.Null);
        }

        string hash = (await rig.Node.RpcAsync("debug_bundler_sendBundleNow")).GetString()!;
        TransactionReceipt receipt = (await rig.Eth.GetTransactionReceiptAsync(Hash32.Parse(hash), CancellationToken.None))!;
        Assert.That(receipt.Success, Is.True);
        return (await rig.Anvil.RpcAsync("eth_getTransactionByHash", hash), receipt);
    }

    /// <summary>The gas of operations that are alike, in a handleOps by somebody else to the same beneficiary.</summary>
    private static async Task<ulong> BareAsync(LoadRig rig, ulong key)
    {
        JsonElement hash = await rig.Anvil.RpcAsync(
            "eth_sendTransaction",
            new { from = DevAccounts.All[3].Address.ToLowerHex(), to = LoadRig.EntryPoint.Address.ToLowerHex(), data = CallData(rig, key).ToString(), gas = "0xe4e1c0" });
        TransactionReceipt? receipt = null;
        await Eventually.Async(
            async () => (receipt = await rig.Eth.GetTransactionReceiptAsync(Hash32.Parse(hash.GetString()), CancellationToken.None)) is not null,
            _deadline,
            "anvil mines by itself, but answers before it has");
        Assert.That(receipt!.Success, Is.True);
        return receipt.GasUsed;
    }

    private static UserOperation[] OperationsOf(LoadRig rig, ulong key) => [.. Enumerable.Range(0, Operations).Select(account => rig.Operation(account, key))];

    private static Bytes CallData(LoadRig rig, ulong key) => LoadRig.EntryPoint.Bundles.EncodeHandleOps(OperationsOf(rig, key), _treasury);

    private static long Cost(Bytes data) => (long)Engine.Gas.CalldataCost.Standard(data.Span);
}
