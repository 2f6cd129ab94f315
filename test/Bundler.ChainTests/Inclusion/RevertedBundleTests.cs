using System.Text.Json;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Abi;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.ChainTests.Inclusion;

/// <summary>
/// A bundle that is mined and reverts, because something else in its block came before it: who is at fault goes and pays, the ledger has the
/// loss, the others are included by the next bundle.
/// </summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class RevertedBundleTests
{
    private static readonly TimeSpan _deadline = Eventually.Patience;
    private static readonly AbiFunction _execute = AbiFunction.Parse("execute(address dest,uint256 value,bytes func)");
    private static readonly AbiFunction _depositTo = AbiFunction.Parse("depositTo(address account)");
    private static readonly DevAccount _owner = DevAccounts.All[3];

    private InclusionRig _rig = null!;
    private SimpleAccountWallet[] _wallets = [];

    [SetUp]
    public async Task BeginAsync()
    {
        _rig = await InclusionRig.StartAsync(withNode: false);
        await _rig.StartNodeAsync(null, "--bundling", "manual", "--debug-api", "--Bundler:Rpc:OperatorAddress=127.0.0.1:0");
        _wallets = [await _rig.WalletAsync(), await _rig.WalletAsync(), await _rig.WalletAsync()];
    }

    [TearDown]
    public async Task EndAsync() => await _rig.DisposeAsync();

    [Test]
    public async Task An_account_that_was_emptied_before_its_bundle_loses_its_operation_and_bears_the_loss()
    {
        using PrivateKey key = PrivateKey.Parse(_owner.PrivateKey);
        SimpleAccountWallet drained = await SimpleAccountWallet.CreateAsync(_rig.Eth, EntryPointVersion.V07, key);
        await _rig.Anvil.RpcAsync("anvil_setBalance", drained.Address.ToLowerHex(), "0xde0b6b3a7640000");
        await _rig.BundleAsync(drained.EntryPoint, null, InclusionRig.Operation(drained));
        UserOperation second = drained.Sign(drained.Operation(deployed: true, nonce: 1) with { MaxFeePerGas = 5_000_000_000, MaxPriorityFeePerGas = 5_000_000_000 });

        string[] hashes = await SendAsync((_wallets[0], null), (drained, second), (_wallets[2], null));
        UInt256 balance = await _rig.Eth.GetBalanceAsync(drained.Address, BlockTag.Latest, CancellationToken.None);
        string bundle = await RevertAsync(() => OvertakeAsync(_owner.Address, drained.Address, _execute.EncodeCall(InclusionRig.Stranger, balance, Bytes.Empty)));

        await AssertAsync(bundle, hashes, guilty: 1, drained.Address, "AA21 didn't pay prefund");
    }

    [Test]
    public async Task GREP_040_a_paymaster_that_fails_on_chain_is_banned()
    {
        Address paymaster = await PaymasterAsync();
        UserOperation sponsored = _wallets[1].Operation() with
        {
            MaxFeePerGas = 5_000_000_000,
            MaxPriorityFeePerGas = 5_000_000_000,
            Paymaster = paymaster,
            PaymasterVerificationGasLimit = 60_000,
            PaymasterPostOpGasLimit = 10_000,
        };

        string[] hashes = await SendAsync((_wallets[0], null), (_wallets[1], _wallets[1].Sign(sponsored)), (_wallets[2], null));
        string bundle = await RevertAsync(() => _rig.Anvil.RpcAsync("anvil_setCode", paymaster.ToLowerHex(), "0x60006000fd"));

        await AssertAsync(bundle, hashes, guilty: 1, paymaster, "AA33 reverted");
        JsonElement reputation = await _rig.Node.RpcAsync("debug_bundler_dumpReputation", _wallets[0].EntryPoint.Address.ToString());
        Assert.That(
            reputation.EnumerateArray().Single(entry => Address.Parse(entry.GetProperty("address").GetString()!) == paymaster).GetProperty("status").GetString(),
            Is.EqualTo("banned"));
    }

    [Test]
    public async Task An_operation_that_another_bundler_took_first_is_nobodys_fault_and_not_ours_to_account()
    {
        UserOperation contested = InclusionRig.Operation(_wallets[1]);
        string[] hashes = await SendAsync((_wallets[0], null), (_wallets[1], contested), (_wallets[2], null));
        EntryPoint entryPoint = _wallets[1].EntryPoint;
        string bundle = await RevertAsync(() => OvertakeAsync(InclusionRig.Stranger, entryPoint.Address, entryPoint.Bundles.EncodeHandleOps([contested], InclusionRig.Stranger)));

        JsonElement theirs = await _rig.ReceiptAsync(hashes[1]);
        await AssertOthersAsync(hashes, guilty: 1);
        JsonElement operation = await LedgerAsync($"operations/{hashes[1]}");
        Assert.That(operation.GetProperty("includedByOthers").GetString(), Is.EqualTo(theirs.GetProperty("receipt").GetProperty("transactionHash").GetString()));
        Assert.That(operation.GetProperty("feesReceived").GetString(), Is.EqualTo("0"));
        Assert.That((await LedgerAsync($"bundles/{bundle}")).GetProperty("fault").GetProperty("reason").GetString(), Does.Contain("it was included by"));
        JsonElement status = await _rig.Node.RpcAsync("bundler_getUserOperationStatus", hashes[1]);
        Assert.That(status.GetProperty("status").GetString(), Is.EqualTo("included").Or.EqualTo("final"));
    }

    /// <summary>Sends the bundle, lets something come before it in the same block, and mines; the transaction that reverted.</summary>
    private async Task<string> RevertAsync(Func<Task> before)
    {
        Task<JsonElement> sent = _rig.Node.RpcAsync("debug_bundler_sendBundleNow");
        string bundle = "";
        await Eventually.Async(
            async () =>
            {
                JsonElement pending = (await _rig.Anvil.RpcAsync("txpool_content")).GetProperty("pending");
                bundle = pending.EnumerateObject().SelectMany(signer => signer.Value.EnumerateObject()).Select(one => one.Value.GetProperty("hash").GetString()!).SingleOrDefault() ?? "";
                return bundle.Length > 0;
            },
            _deadline,
            $"the bundle is sent; {_rig.Node.Output}");
        await before();
        await _rig.Anvil.RpcAsync("evm_mine");
        await _rig.Anvil.RpcAsync("evm_setAutomine", true);
        await sent;
        TransactionReceipt? receipt = await _rig.Eth.GetTransactionReceiptAsync(Hash32.Parse(bundle), CancellationToken.None);
        Assert.That(receipt, Is.Not.Null.And.Property("Success").False);
        return bundle;
    }

    private async Task AssertAsync(string bundle, string[] hashes, int guilty, Address entity, string reason)
    {
        JsonElement status = await _rig.Node.RpcAsync("bundler_getUserOperationStatus", hashes[guilty]);
        Assert.That(status.GetProperty("status").GetString(), Is.EqualTo("dropped"), _rig.Node.Output);
        Assert.That(status.GetProperty("reason").GetString(), Does.EndWith($"reverted on chain: {reason}"));
        await AssertOthersAsync(hashes, guilty);

        TransactionReceipt receipt = (await _rig.Eth.GetTransactionReceiptAsync(Hash32.Parse(bundle), CancellationToken.None))!;
        UInt256 paid = receipt.GasUsed * receipt.EffectiveGasPrice;
        JsonElement entry = await LedgerAsync($"bundles/{bundle}");
        JsonElement fault = entry.GetProperty("fault");
        Assert.That(
            (fault.GetProperty("userOpHash").GetString(), fault.GetProperty("entity").GetString(), fault.GetProperty("reason").GetString()),
            Is.EqualTo((hashes[guilty], entity.ToString(), reason)));
        Assert.That((entry.GetProperty("gasPaid").GetString(), entry.GetProperty("net").GetString()), Is.EqualTo((paid.ToString(), $"-{paid}")));
        Assert.That((await LedgerAsync($"operations/{hashes[guilty]}")).GetProperty("net").GetString(), Is.EqualTo($"-{paid}"));
        Assert.That((await LedgerAsync("totals")).GetProperty("total").GetProperty("gasLost").GetString(), Is.EqualTo(paid.ToString()));
    }

    /// <summary>The others went back, and the next bundle includes them.</summary>
    private async Task AssertOthersAsync(string[] hashes, int guilty)
    {
        await _rig.Node.RpcAsync("debug_bundler_sendBundleNow");
        foreach (string hash in hashes.Where((_, i) => i != guilty))
        {
            JsonElement receipt = await _rig.ReceiptAsync(hash);
            Assert.That(receipt.GetProperty("success").GetBoolean(), Is.True);
        }
    }

    private async Task<string[]> SendAsync(params (SimpleAccountWallet Wallet, UserOperation? Operation)[] operations)
    {
        List<string> hashes = [];
        foreach ((SimpleAccountWallet wallet, UserOperation? operation) in operations)
        {
            hashes.Add(await _rig.SendAsync(wallet, operation ?? InclusionRig.Operation(wallet)));
        }

        await _rig.Anvil.RpcAsync("evm_setAutomine", false);
        return [.. hashes];
    }

    /// <summary>A transaction that pays more than the bundle.</summary>
    private Task OvertakeAsync(Address from, Address to, Bytes data) => _rig.Anvil.RpcAsync(
        "eth_sendTransaction",
        new { from = from.ToLowerHex(), to = to.ToLowerHex(), data = data.ToString(), gas = "0x1e8480", maxFeePerGas = "0x174876e800", maxPriorityFeePerGas = "0x174876e800" });

    private async Task<Address> PaymasterAsync()
    {
        Address paymaster = await _rig.DeployAsync("RulePaymaster");
        await _rig.Anvil.RpcAsync(
            "eth_sendTransaction",
            new
            {
                from = InclusionRig.Stranger.ToLowerHex(),
                to = _wallets[0].EntryPoint.Address.ToLowerHex(),
                value = "0xde0b6b3a7640000",
                data = _depositTo.EncodeCall(paymaster).ToString(),
            });
        return paymaster;
    }

    private async Task<JsonElement> LedgerAsync(string path)
    {
        (int status, string body) = await _rig.Node.GetOperatorsAsync($"/ledger/{path}");
        Assert.That(status, Is.EqualTo(200), body);
        return JsonElement.Parse(body);
    }
}
