using System.Text.Json;
using Bundler.ChainTests.Spec;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Abi;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.ChainTests.Inclusion;

/// <summary>Pending operations when the chain moves under them: looked at when an event concerns them, and not before.</summary>
public sealed class RevalidationLoopTests
{
    private static readonly AbiFunction _execute = AbiFunction.Parse("execute(address dest,uint256 value,bytes func)");
    private static readonly AbiFunction _withdrawTo = AbiFunction.Parse("withdrawTo(address withdrawAddress,uint256 withdrawAmount)");
    private static readonly AbiFunction _unlockStake = AbiFunction.Parse("unlockStake()");
    private static readonly TimeSpan _deadline = Eventually.Patience;

    private InclusionRig _rig = null!;

    [SetUp]
    public async Task BeginAsync()
    {
        _rig = await InclusionRig.StartAsync(withNode: false);
        await _rig.StartNodeAsync(null, "--debug-api", "--bundling", "manual");
    }

    [TearDown]
    public async Task EndAsync() => await _rig.DisposeAsync();

    [TestCase(EntryPointVersion.V06)]
    [TestCase(EntryPointVersion.V09)]
    public async Task An_operation_whose_paymaster_withdrew_its_deposit_is_dropped_when_the_event_is_seen(EntryPointVersion version)
    {
        SimpleAccountWallet wallet = await _rig.WalletAsync(version);
        Address paymaster = await _rig.PaymasterAsync(wallet.EntryPoint);
        string hash = await _rig.SendAsync(wallet, Sponsored(wallet, paymaster));

        await _rig.ActAsync(paymaster, Act.Call(wallet.EntryPoint.Address, _withdrawTo.EncodeCall(InclusionRig.Stranger, (UInt256)999_999_000_000_000_000)));

        Assert.That(await ReasonAsync(hash), Does.StartWith("validated again: AA31"));
    }

    [Test]
    public async Task An_operation_whose_paymaster_unlocked_its_stake_is_dropped_when_the_event_is_seen()
    {
        SimpleAccountWallet wallet = await _rig.WalletAsync();
        Address paymaster = await _rig.PaymasterAsync(wallet.EntryPoint);
        Address entryPoint = wallet.EntryPoint.Address;
        await _rig.ActAsync(paymaster, Act.Call(entryPoint, EntryPointCalls.AddStake.EncodeCall((UInt256)86_400), 1_000_000_000_000_000_000));
        string hash = await _rig.SendAsync(wallet, Sponsored(wallet, paymaster, Act.Answer(32)));

        await _rig.ActAsync(paymaster, Act.Call(entryPoint, _unlockStake.EncodeCall()));

        Assert.That(await ReasonAsync(hash), Does.StartWith("validated again: ").And.Contains("paymaster"));
    }

    [Test]
    public async Task An_operation_of_a_sender_that_acted_in_somebody_elses_bundle_is_looked_at()
    {
        SimpleAccountWallet wallet = await DeployedAsync(EntryPointVersion.V07);
        string hash = await _rig.SendAsync(wallet, wallet.Sign(Operation(wallet, 7) with { MaxFeePerGas = 50_000_000_000, MaxPriorityFeePerGas = 50_000_000_000 }));
        const ulong all = 900_000_000_000_000_000;
        UserOperation spends = Operation(wallet, 8) with { CallData = _execute.EncodeCall(InclusionRig.Stranger, (UInt256)all, Bytes.Empty) };
        await _rig.SetBalanceAsync(wallet.Address, all + (ulong)wallet.EntryPoint.RequiredPrefund(spends));

        await _rig.BundleAsync(wallet.EntryPoint, null, wallet.Sign(spends));

        Assert.That(await ReasonAsync(hash), Does.StartWith("validated again: AA21"));
    }

    [Test]
    public async Task Nothing_is_asked_about_operations_that_a_block_does_not_concern()
    {
        await using FaultyProxy proxy = await FaultyProxy.StartAsync(_rig.Anvil.Url);
        await _rig.Node.DisposeAsync();
        await _rig.StartNodeAsync(proxy.Url, "--debug-api", "--bundling", "manual");
        SimpleAccountWallet pending = await _rig.WalletAsync();
        string hash = await _rig.SendAsync(pending, InclusionRig.Operation(pending));
        SimpleAccountWallet other = await _rig.WalletAsync();
        UserOperation foreign = InclusionRig.Operation(other);
        (int traces, int reads) = (proxy.CountOf("debug_traceCall"), proxy.CountOf("eth_call"));

        await _rig.BundleAsync(other.EntryPoint, null, foreign);
        await _rig.ReceiptAsync(other.EntryPoint.Hash(foreign, 1337, null).ToString());
        await _rig.MineAsync(5);
        await _rig.MineAsync(5);

        Assert.That((proxy.CountOf("debug_traceCall"), proxy.CountOf("eth_call")), Is.EqualTo((traces, reads)));
        Assert.That(await StateAsync(hash), Is.EqualTo("pending"));
    }

    [Test]
    public async Task Restored_operations_are_validated_again_and_those_that_fail_are_dropped_with_their_reason()
    {
        SimpleAccountWallet good = await _rig.WalletAsync();
        SimpleAccountWallet poor = await _rig.WalletAsync();
        string kept = await _rig.SendAsync(good, InclusionRig.Operation(good));
        string lost = await _rig.SendAsync(poor, InclusionRig.Operation(poor));
        await _rig.Node.KillAsync();
        await _rig.SetBalanceAsync(poor.Address, 0);

        await _rig.RestartNodeAsync();

        Assert.That(await ReasonAsync(lost), Does.StartWith("validated again: AA21"));
        Assert.That(await StateAsync(kept), Is.EqualTo("pending"));

        // It is offered when its own validation is over, which may be a little later.
        await Eventually.Async(
            async () =>
            {
                await _rig.Node.RpcAsync("debug_bundler_sendBundleNow");
                return await StateAsync(kept) == "included";
            },
            _deadline,
            "the one that passed is included");
    }

    [Test]
    public async Task COD_010_code_that_changed_while_the_node_was_down_is_a_violation()
    {
        SimpleAccountWallet wallet = await _rig.WalletAsync();
        string hash = await _rig.SendAsync(wallet, InclusionRig.Operation(wallet));
        await _rig.Node.KillAsync();
        JsonElement code = await _rig.Anvil.RpcAsync("eth_getCode", wallet.Factory.ToLowerHex(), "latest");
        await _rig.Anvil.RpcAsync("anvil_setCode", wallet.Factory.ToLowerHex(), code.GetString() + "00");

        await _rig.RestartNodeAsync();

        Assert.That(await ReasonAsync(hash), Does.StartWith("validated again: ").And.Contains("code that has changed"));
    }

    [Test]
    public async Task What_was_validated_before_a_restart_costs_no_second_trace_when_nothing_has_changed()
    {
        await using FaultyProxy proxy = await FaultyProxy.StartAsync(_rig.Anvil.Url);
        await _rig.Node.DisposeAsync();
        await _rig.StartNodeAsync(proxy.Url, "--debug-api", "--bundling", "manual");
        int atStart = proxy.CountOf("debug_traceCall");
        SimpleAccountWallet wallet = await _rig.WalletAsync();
        string hash = await _rig.SendAsync(wallet, InclusionRig.Operation(wallet));
        await _rig.Node.KillAsync();
        int traces = proxy.CountOf("debug_traceCall");

        await _rig.RestartNodeAsync();

        await Eventually.Async(
            async () => (await _rig.Node.RpcAsync("bundler_getUserOperationStatus", hash)).GetProperty("reason").GetString() == "bundles are built by command only",
            _deadline,
            "it waits for nothing but the command");
        Assert.That(proxy.CountOf("debug_traceCall"), Is.EqualTo(traces + atStart));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task An_operation_that_a_reorganisation_gave_back_without_its_funds_waits_for_them(bool funded)
    {
        await _rig.Node.DisposeAsync();
        await _rig.StartNodeAsync(null, "--Bundler:Pool:ReturnGraceSeconds=" + (funded ? "60" : "2"));
        SimpleAccountWallet wallet = await _rig.WalletAsync();
        await _rig.SetBalanceAsync(wallet.Address, 0);
        await _rig.MineAsync(3);
        await _rig.TransferAsync(wallet.Address, "0xde0b6b3a7640000");
        string hash = await _rig.SendAsync(wallet, InclusionRig.Operation(wallet));
        string block = BlockOf(await _rig.ReceiptAsync(hash));

        await _rig.Anvil.RpcAsync("anvil_reorg", 2, Array.Empty<object>());
        await Eventually.Async(async () => await StateAsync(hash) == "pending", _deadline, "the operation has come back");
        if (!funded)
        {
            Assert.That(await ReasonAsync(hash), Does.Contain("AA21"));
            return;
        }

        await _rig.TransferAsync(wallet.Address, "0xde0b6b3a7640000");

        JsonElement again = await _rig.ReceiptAsync(hash, receipt => BlockOf(receipt) != block);
        Assert.That(again.GetProperty("success").GetBoolean(), Is.True);
    }

    private static string BlockOf(JsonElement receipt) => receipt.GetProperty("receipt").GetProperty("blockHash").GetString()!;

    /// <summary>An operation under a nonce key of its own.</summary>
    private static UserOperation Operation(SimpleAccountWallet wallet, ulong key) =>
        wallet.Sign(wallet.Operation(deployed: true, new UserOperationNonce(key, 0).Value));

    private static UserOperation Sponsored(SimpleAccountWallet wallet, Address paymaster, params Act[] validation) =>
        InclusionRig.Operation(wallet, plain => InclusionRig.Sponsored(wallet.EntryPoint, plain, paymaster) with { PaymasterData = Act.Encode(validation) });

    private async Task<SimpleAccountWallet> DeployedAsync(EntryPointVersion version)
    {
        SimpleAccountWallet wallet = await _rig.WalletAsync(version);
        await _rig.BundleAsync(wallet.EntryPoint, null, InclusionRig.Operation(wallet));
        return wallet;
    }

    private async Task<string?> StateAsync(string hash) =>
        (await _rig.Node.RpcAsync("bundler_getUserOperationStatus", hash)).GetProperty("status").GetString();

    private async Task<string> ReasonAsync(string hash)
    {
        await Eventually.Async(async () => await StateAsync(hash) == "dropped", _deadline, $"{hash} is dropped");
        return (await _rig.Node.RpcAsync("bundler_getUserOperationStatus", hash)).GetProperty("reason").GetString()!;
    }
}
