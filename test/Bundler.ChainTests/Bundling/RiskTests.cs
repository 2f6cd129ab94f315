using System.Text.Json;
using Bundler.ChainTests.Inclusion;
using Bundler.Engine.Gas;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Abi;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Crypto;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.ChainTests.Bundling;

/// <summary>
/// What an attacker can cost the bundler who overtakes its bundle: one bundle's validations, never more than the operator's allowance. Then
/// strangers wait, and go again when others have earned it back.
/// </summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class RiskTests
{
    private const ulong Gwei = 1_000_000_000;

    private static readonly TimeSpan _deadline = Eventually.Patience;
    private static readonly AbiFunction _execute = AbiFunction.Parse("execute(address dest,uint256 value,bytes func)");
    private static readonly DevAccount _attacker = DevAccounts.All[3];
    private static readonly Address _signer = DevAccounts.All[1].Address;

    private readonly PrivateKey _attackersKey = PrivateKey.Parse(_attacker.PrivateKey);
    private InclusionRig _rig = null!;
    private SimpleAccountWallet _known = null!;
    private SimpleAccountWallet _stranger = null!;
    private SimpleAccountWallet _emptied = null!;

    [SetUp]
    public async Task BeginAsync()
    {
        _rig = await InclusionRig.StartAsync(withNode: false);

        // Gas costs 1 gwei, neither more nor less.
        await _rig.Anvil.RpcAsync("anvil_setNextBlockBaseFeePerGas", "0x0");
        await _rig.MineAsync(1);
        _known = await _rig.WalletAsync();
        _stranger = await _rig.WalletAsync();
        _emptied = await SimpleAccountWallet.CreateAsync(_rig.Eth, EntryPointVersion.V07, _attackersKey);
        await _rig.Anvil.RpcAsync("anvil_setBalance", _emptied.Address.ToLowerHex(), "0xde0b6b3a7640000");
        await _rig.BundleAsync(_emptied.EntryPoint, null, InclusionRig.Operation(_emptied));
    }

    [TearDown]
    public async Task EndAsync()
    {
        await _rig.DisposeAsync();
        _attackersKey.Dispose();
    }

    [Test]
    public async Task A_loss_makes_strangers_wait_and_earnings_let_them_go_again()
    {
        UInt256 atRisk = CostOf(InclusionRig.Operation(_stranger));
        UInt256 allowance = 2 * (atRisk + 10_000 * Gwei);
        await StartNodeAsync(allowance);
        string first = await _rig.SendAsync(_known, InclusionRig.Operation(_known));
        await SendNowAsync();
        Assert.That((await _rig.ReceiptAsync(first)).GetProperty("success").GetBoolean(), Is.True);
        UInt256 peak = await BalanceAsync();

        string spoiled = await _rig.SendAsync(_emptied, Next(_emptied, 1));
        UInt256 lost = await RevertAsync();

        Assert.That(await BalanceAsync(), Is.EqualTo(peak - lost));
        Assert.That(lost, Is.InRange((UInt256)(30_000 * Gwei), CostOf(Next(_emptied, 1))));
        Assert.That((await StatusAsync(spoiled)).GetProperty("status").GetString(), Is.EqualTo("dropped"));
        JsonElement risk = await RiskAsync();
        Assert.That((risk.GetProperty("lost").GetString(), risk.GetProperty("atRisk").GetString()), Is.EqualTo((lost.ToString(), "0")));

        string waiting = await _rig.SendAsync(_stranger, InclusionRig.Operation(_stranger));
        Assert.That(await SendNowAsync(), Is.Empty);
        string second = await _rig.SendAsync(_known, Next(_known, 1));
        await SendNowAsync();
        Assert.That((await _rig.ReceiptAsync(second)).GetProperty("success").GetBoolean(), Is.True);
        Assert.That((await StatusAsync(waiting)).GetProperty("status").GetString(), Is.EqualTo("pending"));
        (_, string metrics) = await _rig.Node.GetOperatorsAsync("/metrics");
        Assert.That(metrics, Does.Match("bundler_risk_waits[^\n]*strangers[^\n]* [1-9]"));

        Assert.That(await BalanceAsync(), Is.GreaterThan(peak));
        await SendNowAsync();
        Assert.That((await _rig.ReceiptAsync(waiting)).GetProperty("success").GetBoolean(), Is.True);
        Assert.That((await RiskAsync()).GetProperty("lost").GetString(), Is.EqualTo("0"));
    }

    [Test]
    public async Task Nothing_is_put_at_risk_that_the_allowance_does_not_cover()
    {
        await StartNodeAsync(2 * CostOf(InclusionRig.Operation(_stranger)) - 2);
        string waiting = await _rig.SendAsync(_stranger, InclusionRig.Operation(_stranger));

        Assert.That(await SendNowAsync(), Is.Empty);
        Assert.That((await StatusAsync(waiting)).GetProperty("status").GetString(), Is.EqualTo("pending"));
        Assert.That(_rig.Node.Output, Does.Contain("operations without a record wait"));
    }

    [Test]
    public async Task Whose_operation_reverted_a_bundle_travels_alone()
    {
        await StartNodeAsync(UInt256.Zero);
        await _rig.SendAsync(_emptied, Next(_emptied, 1));
        await RevertAsync();
        await _rig.Anvil.RpcAsync("anvil_setBalance", _emptied.Address.ToLowerHex(), "0xde0b6b3a7640000");
        await _rig.MineAsync(1);

        string[] hashes =
        [
            await _rig.SendAsync(_known, InclusionRig.Operation(_known)),
            await _rig.SendAsync(_emptied, Next(_emptied, 1)),
            await _rig.SendAsync(_stranger, InclusionRig.Operation(_stranger)),
        ];
        await SendNowAsync();
        await SendNowAsync();

        string[] bundles = [.. await Task.WhenAll(hashes.Select(async hash => (await _rig.ReceiptAsync(hash)).GetProperty("receipt").GetProperty("transactionHash").GetString()!))];
        Assert.That(bundles[0], Is.EqualTo(bundles[2]));
        Assert.That(bundles[1], Is.Not.EqualTo(bundles[0]));
    }

    private Task StartNodeAsync(UInt256 allowance) => _rig.StartNodeAsync(
        null,
        "--bundling", "manual", "--debug-api", "--Bundler:Rpc:OperatorAddress=127.0.0.1:0",
        "--Bundler:Chain:MinPriorityFeeWei=1000000000", "--Bundler:Gas:MaxGasPriceWei=1000000000", $"--Bundler:Chain:RiskAllowanceWei={allowance}");

    /// <summary>wei that a bundle of it puts at risk.</summary>
    private UInt256 CostOf(UserOperation operation) =>
        BundleGas.AtRisk(_known.EntryPoint, operation, CalldataCost.Tokens(_known.EntryPoint.Operations.Pack(operation))) * Gwei + (BundleGas.Intrinsic + BundleGas.Fixed) * Gwei;

    private static UserOperation Next(SimpleAccountWallet wallet, ulong nonce) =>
        wallet.Sign(wallet.Operation(deployed: true, nonce: nonce) with { MaxFeePerGas = 5 * Gwei, MaxPriorityFeePerGas = 5 * Gwei });

    /// <summary>The account is emptied as soon as the bundle is seen; what that cost.</summary>
    private async Task<UInt256> RevertAsync()
    {
        await _rig.Anvil.RpcAsync("evm_setAutomine", false);
        Task<string> sent = SendNowAsync();
        await Eventually.Async(
            async () => (await _rig.Anvil.RpcAsync("txpool_status")).GetProperty("pending").GetString() is not "0x0", _deadline, $"the bundle is sent; {_rig.Node.Output}");
        UInt256 balance = await _rig.Eth.GetBalanceAsync(_emptied.Address, BlockTag.Latest, CancellationToken.None);
        await _rig.Anvil.RpcAsync(
            "eth_sendTransaction",
            new { from = _attacker.Address.ToLowerHex(), to = _emptied.Address.ToLowerHex(), data = _execute.EncodeCall(InclusionRig.Stranger, balance, Bytes.Empty).ToString(), gas = "0x30d40", maxFeePerGas = "0x174876e800", maxPriorityFeePerGas = "0x174876e800" });
        await _rig.Anvil.RpcAsync("evm_mine");
        await _rig.Anvil.RpcAsync("evm_setAutomine", true);
        TransactionReceipt receipt = (await _rig.Eth.GetTransactionReceiptAsync(Hash32.Parse(await sent), CancellationToken.None))!;
        Assert.That(receipt.Success, Is.False);
        return receipt.GasUsed * receipt.EffectiveGasPrice;
    }

    /// <summary>The bundle's transaction; empty when there was nothing that could go.</summary>
    private async Task<string> SendNowAsync() => (await _rig.Node.RpcAsync("debug_bundler_sendBundleNow")).GetString() is { } text && text.StartsWith("0x", StringComparison.Ordinal) ? text : "";

    private Task<JsonElement> StatusAsync(string userOpHash) => _rig.Node.RpcAsync("bundler_getUserOperationStatus", userOpHash);

    private async Task<UInt256> BalanceAsync() => await _rig.Eth.GetBalanceAsync(_signer, BlockTag.Latest, CancellationToken.None);

    /// <summary>As the health page shows it, once the ledger was read.</summary>
    private async Task<JsonElement> RiskAsync()
    {
        JsonElement risk = default;
        await Eventually.Async(
            async () =>
            {
                risk = (await _rig.Node.ReadinessAsync()).Body.GetProperty("checks").GetProperty("risk").GetProperty("data");
                return risk.GetProperty("atRisk").GetString() == "0";
            },
            _deadline,
            "nothing is at risk");
        return risk;
    }
}
