using System.Text.Json;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Abi;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.ChainTests.Inclusion;

/// <summary>Receipts and look-ups by hash of operations however they reached the chain.</summary>
public sealed class LookupTests
{
    private static readonly AbiFunction _execute = AbiFunction.Parse("execute(address dest,uint256 value,bytes func)");
    private static readonly AbiFunction _withdrawTo = AbiFunction.Parse("withdrawTo(address withdrawAddress,uint256 withdrawAmount)");

    private InclusionRig _rig = null!;

    [SetUp]
    public async Task BeginAsync() => _rig = await InclusionRig.StartAsync();

    [TearDown]
    public async Task EndAsync() => await _rig.DisposeAsync();

    [Test]
    public async Task Operations_in_somebody_elses_bundle_have_receipts_with_their_own_logs_only()
    {
        SimpleAccountWallet[] wallets = [await _rig.WalletAsync(), await _rig.WalletAsync()];
        UserOperation[] operations = [.. wallets.Select(wallet => InclusionRig.Operation(wallet))];
        string transaction = await _rig.BundleAsync(wallets[0].EntryPoint, null, operations);

        for (int i = 0; i < 2; i++)
        {
            string hash = HashOf(wallets[i], operations[i]);
            JsonElement receipt = await _rig.ReceiptAsync(hash);
            Assert.That(receipt.GetProperty("receipt").GetProperty("transactionHash").GetString(), Is.EqualTo(transaction));
            Assert.That(receipt.GetProperty("sender").GetString(), Is.EqualTo(wallets[i].Address.ToString()));
            string[] strangers = [.. receipt.GetProperty("logs").EnumerateArray()
                .Select(log => log.ToString())
                .Where(log => log.Contains(wallets[1 - i].Address.ToLowerHex()[2..], StringComparison.OrdinalIgnoreCase))];
            Assert.That(strangers, Is.Empty);
            Assert.That(receipt.GetProperty("logs").GetArrayLength(), Is.GreaterThanOrEqualTo(2));
            Assert.That((await ContentAsync(hash)).GetProperty("sender").GetString(), Is.EqualTo(wallets[i].Address.ToString()).IgnoreCase);
        }
    }

    [TestCase(EntryPointVersion.V06)]
    [TestCase(EntryPointVersion.V07)]
    [TestCase(EntryPointVersion.V08)]
    public async Task An_operation_inside_another_call_is_found_with_its_content(EntryPointVersion version)
    {
        Address forwarder = await _rig.DeployAsync("Forwarder");
        SimpleAccountWallet wallet = await _rig.WalletAsync(version);
        UserOperation operation = InclusionRig.Operation(wallet);
        string transaction = await _rig.BundleAsync(wallet.EntryPoint, forwarder, operation);
        string hash = HashOf(wallet, operation);

        JsonElement receipt = await _rig.ReceiptAsync(hash);
        JsonElement content = await ContentAsync(hash);

        Assert.That(receipt.GetProperty("receipt").GetProperty("transactionHash").GetString(), Is.EqualTo(transaction));
        Assert.That(content.GetProperty("signature").GetString(), Is.EqualTo(operation.Signature.ToString()));
        Assert.That(content.GetProperty("callData").GetString(), Is.EqualTo(operation.CallData.ToString()));
    }

    [Test]
    public async Task An_operation_that_reverted_says_why()
    {
        SimpleAccountWallet wallet = await _rig.WalletAsync();
        Bytes tooMuch = _withdrawTo.EncodeCall(wallet.Address, UInt256.MaxValue);
        UserOperation operation = InclusionRig.Operation(
            wallet, plain => plain with { CallData = _execute.EncodeCall(wallet.EntryPoint.Address, UInt256.Zero, tooMuch) });
        await _rig.BundleAsync(wallet.EntryPoint, null, operation);

        JsonElement receipt = await _rig.ReceiptAsync(HashOf(wallet, operation));

        Assert.That(receipt.GetProperty("success").GetBoolean(), Is.False);
        Assert.That(receipt.GetProperty("reason").GetString(), Is.EqualTo("Withdraw amount too large"));
    }

    [Test]
    public async Task Operations_of_before_the_nodes_start_are_found_too()
    {
        await using InclusionRig rig = await InclusionRig.StartAsync(withNode: false);
        SimpleAccountWallet wallet = await rig.WalletAsync();
        UserOperation operation = InclusionRig.Operation(wallet);
        string transaction = await rig.BundleAsync(wallet.EntryPoint, null, operation);
        await rig.MineAsync(20);
        await using FaultyProxy proxy = await FaultyProxy.StartAsync(rig.Anvil.Url);
        await rig.StartNodeAsync(proxy.Url);

        JsonElement receipt = await rig.ReceiptAsync(HashOf(wallet, operation));
        int asked = proxy.CountOf("eth_getLogs");
        await rig.ReceiptAsync(HashOf(wallet, operation));

        Assert.That(receipt.GetProperty("receipt").GetProperty("transactionHash").GetString(), Is.EqualTo(transaction));
        Assert.That((asked, proxy.CountOf("eth_getLogs")), Is.EqualTo((1, 1)));
    }

    [Test]
    public async Task A_node_without_eth_getLogs_includes_operations_all_the_same()
    {
        await using InclusionRig rig = await InclusionRig.StartAsync(withNode: false);
        await using FaultyProxy proxy = await FaultyProxy.StartAsync(rig.Anvil.Url);
        proxy.Fail(new ProxyFault.Refuse(), "eth_getLogs");
        await rig.StartNodeAsync(proxy.Url);
        SimpleAccountWallet wallet = await rig.WalletAsync();

        string hash = await rig.SendAsync(wallet, InclusionRig.Operation(wallet));

        Assert.That((await rig.ReceiptAsync(hash)).GetProperty("success").GetBoolean(), Is.True);
        Assert.That(proxy.CountOf("eth_getBlockReceipts"), Is.GreaterThan(0));
    }

    private static string HashOf(SimpleAccountWallet wallet, UserOperation operation) => wallet.EntryPoint.Hash(operation, 1337, null).ToString();

    private async Task<JsonElement> ContentAsync(string hash) => (await _rig.Node.RpcAsync("eth_getUserOperationByHash", hash)).GetProperty("userOperation");
}
