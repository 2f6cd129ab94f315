using System.Text.Json;
using Bundler.Erc4337.EntryPoints;
using Bundler.Testing;

namespace Bundler.ChainTests.Methods;

/// <summary>eth_getUserOperationReceipt on the running node.</summary>
[NonParallelizable] // of the one pool of MethodNodes.Commanded
public sealed class GetUserOperationReceiptTests
{
    private static MethodRig Rig => MethodNodes.Commanded;

    [Test]
    public async Task There_is_none_while_an_operation_waits_and_one_when_it_is_mined([Values] EntryPointVersion version)
    {
        SimpleAccountWallet wallet = await Rig.WalletAsync(version);
        string hash = await Rig.SendAsync(wallet);

        JsonElement before = await FindAsync(hash);
        string transaction = await Rig.BundleAsync();
        JsonElement receipt = await FindAsync(hash);

        Assert.That(before.ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(receipt.GetProperty("success").GetBoolean(), Is.True);
        Assert.That(receipt.GetProperty("userOpHash").GetString(), Is.EqualTo(hash));
        Assert.That(receipt.GetProperty("entryPoint").GetString(), Is.EqualTo(wallet.EntryPoint.Address.ToString()));
        Assert.That(receipt.GetProperty("sender").GetString(), Is.EqualTo(wallet.Address.ToString()));
        Assert.That(receipt.GetProperty("receipt").GetProperty("transactionHash").GetString(), Is.EqualTo(transaction));
        Assert.That((ulong)MethodRig.Quantity(receipt, "actualGasUsed"), Is.Positive);
    }

    [Test]
    public async Task An_unknown_operation_has_none() => Assert.That((await FindAsync("0x" + new string('7', 64))).ValueKind, Is.EqualTo(JsonValueKind.Null));

    private static Task<JsonElement> FindAsync(string hash) => Rig.AskAsync("eth_getUserOperationReceipt", hash);
}
