using System.Text.Json;
using Bundler.ChainTests.Inclusion;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Abi;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.ChainTests.Bundling;

/// <summary>An operation that a transaction in the Ethereum node's pool is about to spoil costs the bundler nothing.</summary>
public sealed class LastLookTests
{
    private static readonly TimeSpan _deadline = Eventually.Patience;
    private static readonly AbiFunction _execute = AbiFunction.Parse("execute(address dest,uint256 value,bytes func)");
    private static readonly DevAccount _owner = DevAccounts.All[3];

    [Test]
    public async Task What_is_spoiled_by_a_pending_transaction_stays_behind_and_nothing_is_lost()
    {
        await using InclusionRig rig = await InclusionRig.StartAsync(withNode: false);
        await rig.StartNodeAsync(null, "--bundling", "manual", "--debug-api");
        using PrivateKey key = PrivateKey.Parse(_owner.PrivateKey);
        SimpleAccountWallet emptied = await SimpleAccountWallet.CreateAsync(rig.Eth, EntryPointVersion.V07, key);
        SimpleAccountWallet honest = await rig.WalletAsync();
        await rig.Anvil.RpcAsync("anvil_setBalance", emptied.Address.ToLowerHex(), "0xde0b6b3a7640000");
        await rig.BundleAsync(emptied.EntryPoint, null, InclusionRig.Operation(emptied));
        string spoiled = await rig.SendAsync(emptied, emptied.Sign(emptied.Operation(deployed: true, nonce: 1) with { MaxFeePerGas = 5_000_000_000, MaxPriorityFeePerGas = 5_000_000_000 }));
        string good = await rig.SendAsync(honest, InclusionRig.Operation(honest));
        await rig.Anvil.RpcAsync("evm_setAutomine", false);
        UInt256 balance = await rig.Eth.GetBalanceAsync(emptied.Address, BlockTag.Latest, CancellationToken.None);
        await rig.Anvil.RpcAsync(
            "eth_sendTransaction",
            new { from = _owner.Address.ToLowerHex(), to = emptied.Address.ToLowerHex(), data = _execute.EncodeCall(InclusionRig.Stranger, balance, Bytes.Empty).ToString(), gas = "0x30d40", maxFeePerGas = "0x174876e800", maxPriorityFeePerGas = "0x174876e800" });

        Task<JsonElement> sent = rig.Node.RpcAsync("debug_bundler_sendBundleNow");
        Bytes data = await BundleInPoolAsync(rig);

        Assert.That(emptied.EntryPoint.Bundles.DecodeOperations(data)!.Select(operation => operation.Sender), Is.EqualTo(new[] { honest.Address }));
        Assert.That((await rig.Node.RpcAsync("bundler_getUserOperationStatus", spoiled)).GetProperty("status").GetString(), Is.EqualTo("pending"));
        await rig.Anvil.RpcAsync("evm_mine");
        await rig.Anvil.RpcAsync("evm_setAutomine", true);
        TransactionReceipt receipt = (await rig.Eth.GetTransactionReceiptAsync(Hash32.Parse((await sent).GetString()!), CancellationToken.None))!;
        Assert.That(receipt.Success, Is.True);
        Assert.That((await rig.ReceiptAsync(good)).GetProperty("success").GetBoolean(), Is.True);

        // On the next head it is tried once more, and now the chain itself says that it cannot pay.
        JsonElement status = default;
        await Eventually.Async(
            async () =>
            {
                await rig.Node.RpcAsync("debug_bundler_sendBundleNow");
                status = await rig.Node.RpcAsync("bundler_getUserOperationStatus", spoiled);
                return status.GetProperty("status").GetString() == "dropped";
            },
            _deadline,
            "the emptied account's operation is dropped");
        Assert.That(status.GetProperty("reason").GetString(), Does.Contain("AA21"));
    }

    private static async Task<Bytes> BundleInPoolAsync(InclusionRig rig)
    {
        Bytes data = default;
        await Eventually.Async(
            async () =>
            {
                JsonElement pending = (await rig.Anvil.RpcAsync("txpool_content")).GetProperty("pending");
                string? input = pending.EnumerateObject().SelectMany(signer => signer.Value.EnumerateObject())
                    .Where(one => Address.Parse(one.Value.GetProperty("from").GetString()!) == DevAccounts.All[1].Address)
                    .Select(one => one.Value.GetProperty("input").GetString()).SingleOrDefault();
                data = input is null ? default : Bytes.Parse(input);
                return input is not null;
            },
            _deadline,
            $"the bundle is sent; {rig.Node.Output}");
        return data;
    }
}
