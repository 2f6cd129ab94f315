using System.Text.Json;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Client;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.ChainTests.Inclusion;

/// <summary>Strangers' transactions through the EntryPoint whose receipts are larger than is read.</summary>
public sealed class LargeLogsTests
{
    private static readonly Address _bulky = Address.Parse("0x00000000000000000000000000000000000b0119");
    private static readonly Address _small = Address.Parse("0x00000000000000000000000000000000000b011a");

    private InclusionRig _rig = null!;
    private EntryPoint _entryPoint = null!;

    [SetUp]
    public async Task BeginAsync()
    {
        _rig = await InclusionRig.StartAsync(withNode: false);
        await _rig.StartNodeAsync(null, "--Bundler:Ethereum:MaxLogsMegabytes=1", "--Bundler:Ethereum:MaxAnswerMegabytes=1");
        _entryPoint = SimpleAccountWallet.EntryPointOf(EntryPointVersion.V07);
        await StandAsync(_small, logs: 3);
    }

    [TearDown]
    public async Task EndAsync() => await _rig.DisposeAsync();

    [Test]
    public async Task The_index_goes_past_them_and_tells_their_receipts_when_asked()
    {
        await StandAsync(_bulky, logs: 8_000);
        UserOperation[] bulky = [Operation(_bulky, 0), Operation(_bulky, 1)];
        UserOperation small = Operation(_small, 0);
        foreach (UserOperation operation in (UserOperation[])[.. bulky, small])
        {
            await _rig.BundleAsync(_entryPoint, null, operation);
        }

        SimpleAccountWallet wallet = await _rig.WalletAsync();
        await _rig.ReceiptAsync(await _rig.SendAsync(wallet, InclusionRig.Operation(wallet)));

        JsonElement receipt = await _rig.ReceiptAsync(HashOf(small));
        Assert.That(receipt.GetProperty("logs").GetArrayLength(), Is.EqualTo(4), "three of its own, and the event");
        Assert.That(await _rig.IsOnChainAsync(receipt), Is.True);
        foreach (UserOperation operation in bulky)
        {
            Assert.That((await _rig.Node.RpcAsync("bundler_getUserOperationStatus", HashOf(operation))).GetProperty("status").GetString(), Is.EqualTo("included"));
            Assert.That(
                () => _rig.Node.RpcAsync("eth_getUserOperationReceipt", HashOf(operation)), Throws.InvalidOperationException.With.Message.Contains("-32000"), "not null: it is there");
        }

        Assert.That(_rig.Node.Output, Does.Not.Contain("stumbled"));
    }

    [Test]
    public async Task An_operation_of_ours_with_as_many_logs_is_included_and_those_beside_it_have_their_receipts()
    {
        // More than is read of a batch too, whose answers share what each may have.
        await StandAsync(_bulky, logs: 12_000);
        string own = await _rig.Node.SendAsync(_entryPoint, Operation(_bulky, 0) with { CallGasLimit = 7_000_000 });
        SimpleAccountWallet wallet = await _rig.WalletAsync();
        await Eventually.Async(
            async () => (await _rig.Node.RpcAsync("bundler_getUserOperationStatus", own)).GetProperty("status").GetString() is "included" or "final",
            TimeSpan.FromSeconds(60),
            $"it is included; {_rig.Node.Output}");
        string transaction = (await _rig.Node.RpcAsync("bundler_getUserOperationStatus", own)).GetProperty("transactionHash").GetString()!;
        TransactionReceipt there = (await _rig.Eth.GetTransactionReceiptAsync(Hash32.Parse(transaction), default))!;
        await Eventually.Async(() => _rig.Node.Output.Contains($"was mined as {transaction}", StringComparison.Ordinal), TimeSpan.FromSeconds(60), "its flight ends");
        (int _, string entry) = await _rig.Node.GetOperatorsAsync($"/ledger/bundles/{transaction}");
        Assert.That(entry, Does.Contain($"\"{there.GasUsed * there.EffectiveGasPrice}\""), "the ledger is the chain");
        Assert.That(_rig.Node.Output, Does.Contain("the ledger has it from its trace"));

        await _rig.ReceiptAsync(await _rig.SendAsync(wallet, InclusionRig.Operation(wallet)));

        Assert.That(_rig.Node.Output, Does.Not.Contain("stumbled"));
    }

    private async Task StandAsync(Address account, ushort logs)
    {
        // Any other call than validateUserOp, which pays and agrees, emits so many empty logs.
        await _rig.SetCodeAsync(
            account, Bytes.Parse($"0x60003560e01c6319822f7c14602157" + $"61{logs:x4}5b60006000a06001900380601257005b6000600060006000604435335af160206000f3"));
        await _rig.SetBalanceAsync(account, 10_000_000_000_000_000_000);
    }

    private static UserOperation Operation(Address account, ulong key) =>
        InclusionRig.Operation(account) with { Nonce = A.Nonce(key, 0), CallData = Bytes.Parse("0x12345678"), CallGasLimit = 4_000_000 };

    private string HashOf(UserOperation operation) => _entryPoint.Hash(operation, 1337, null).ToString();
}
