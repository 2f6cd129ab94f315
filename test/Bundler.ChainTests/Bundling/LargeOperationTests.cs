using System.Text.Json;
using Bundler.ChainTests.Methods;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Ethereum.Primitives;
using Bundler.Testing;

namespace Bundler.ChainTests.Bundling;

/// <summary>Operations with limits that nearly fill a transaction: whatever is admitted goes through, on every EntryPoint (AA95).</summary>
public sealed class LargeOperationTests
{
    /// <summary>Burns 6 million gas.</summary>
    private static readonly Bytes _burner = Bytes.Parse("0x62038270" + "5b6001900380600457" + "00");

    /// <summary>Creates a contract of the largest size, for 5 million gas.</summary>
    private static readonly Bytes _creator = Bytes.Parse("0x656160006000f3" + "600052" + "6006601a6000f0" + "00");

    private MethodRig _rig = null!;

    [OneTimeSetUp]
    public async Task BeginAsync() => _rig = await MethodRig.StartAsync(new AnvilOptions(), "--bundling", "manual");

    [OneTimeTearDown]
    public async Task EndAsync() => await _rig.DisposeAsync();

    [Test]
    public async Task A_large_callGasLimit_is_included([Values] EntryPointVersion version)
    {
        EntryPoint entryPoint = SimpleAccountWallet.EntryPointOf(version);
        await IncludeAsync(entryPoint, await PlainAccount.OperationAsync(_rig, 10_000_000));
    }

    [Test]
    public async Task Two_large_operations_in_one_bundle_are_included([Values] EntryPointVersion version)
    {
        EntryPoint entryPoint = SimpleAccountWallet.EntryPointOf(version);
        JsonElement[] receipts = await IncludeAsync(
            entryPoint, await PlainAccount.OperationAsync(_rig, 6_000_000), await PlainAccount.OperationAsync(_rig, 7_000_000));

        Assert.That(receipts.Select(TransactionOf).Distinct().Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task A_large_paymasterPostOpGasLimit_is_included(
        [Values(EntryPointVersion.V07, EntryPointVersion.V08, EntryPointVersion.V09)] EntryPointVersion version)
    {
        EntryPoint entryPoint = SimpleAccountWallet.EntryPointOf(version);
        UserOperation operation = await PlainAccount.OperationAsync(_rig, 1_000_000);
        await IncludeAsync(entryPoint, operation with
        {
            Paymaster = await PlainAccount.PaymasterAsync(_rig, entryPoint),
            PaymasterVerificationGasLimit = 100_000,
            PaymasterPostOpGasLimit = 9_000_000,
        });
    }

    [Test]
    public async Task What_the_node_estimates_for_a_call_of_millions_is_included_and_done(
        [Values(EntryPointVersion.V06, EntryPointVersion.V07, EntryPointVersion.V09)] EntryPointVersion version, [Values] bool creates)
    {
        SimpleAccountWallet wallet = await _rig.WalletAsync(version);
        Address target = Address.Parse("0x00000000000000000000000000000000000b0001");
        await _rig.Anvil.RpcAsync("anvil_setCode", target.ToLowerHex(), (creates ? _creator : _burner).ToString());
        UserOperation wanted = wallet.Sign(wallet.Calling(target, Bytes.Empty) with { CallGasLimit = 0, VerificationGasLimit = 0, PreVerificationGas = 0 });
        JsonElement estimate = await _rig.AskAsync("eth_estimateUserOperationGas", MethodRig.Call(wallet, wanted));
        UserOperation operation = wallet.Sign(wanted with
        {
            CallGasLimit = MethodRig.Quantity(estimate, "callGasLimit"),
            VerificationGasLimit = MethodRig.Quantity(estimate, "verificationGasLimit"),
            PreVerificationGas = MethodRig.Quantity(estimate, "preVerificationGas"),
        });

        JsonElement receipt = (await IncludeAsync(wallet.EntryPoint, operation))[0];

        Assert.Multiple(() =>
        {
            Assert.That(operation.CallGasLimit, Is.GreaterThan((UInt256)4_900_000));
            Assert.That(receipt.GetProperty("success").GetBoolean());
            Assert.That(MethodRig.Quantity(receipt, "actualGasUsed"), Is.GreaterThan((UInt256)4_900_000));
        });
    }

    private async Task<JsonElement[]> IncludeAsync(EntryPoint entryPoint, params UserOperation[] operations)
    {
        List<string> hashes = [];
        foreach (UserOperation operation in operations)
        {
            hashes.Add(await _rig.Node.SendAsync(entryPoint, operation));
        }

        await _rig.BundleAsync();
        foreach (string hash in hashes)
        {
            JsonElement status = await _rig.AskAsync("bundler_getUserOperationStatus", hash);
            Assert.That(status.GetProperty("status").GetString(), Is.EqualTo("included"), status.GetRawText());
        }

        return await Task.WhenAll(hashes.Select(_rig.ReceiptAsync));
    }

    private static string? TransactionOf(JsonElement receipt) => receipt.GetProperty("receipt").GetProperty("transactionHash").GetString();
}
