using System.Text.Json;
using Bundler.Erc4337;
using Bundler.Erc4337.EntryPoints;
using Bundler.Testing;

namespace Bundler.ChainTests.Methods;

/// <summary>eth_getUserOperationByHash on the running node.</summary>
[NonParallelizable] // of the one pool of MethodNodes.Commanded
public sealed class GetUserOperationByHashTests
{
    private static MethodRig Rig => MethodNodes.Commanded;

    [Test]
    public async Task A_pending_operation_has_no_block_and_an_included_one_has_it([Values] EntryPointVersion version)
    {
        SimpleAccountWallet wallet = await Rig.WalletAsync(version);
        UserOperation operation = wallet.Signed();
        string hash = await Rig.SendAsync(wallet, operation);

        JsonElement pending = await FindAsync(hash);
        string transaction = await Rig.BundleAsync();
        JsonElement included = await FindAsync(hash);

        Assert.That(pending.GetProperty("userOperation").GetRawText(), Is.EqualTo(OperationWire.Of(wallet.EntryPoint, operation).GetRawText()));
        Assert.That(pending.GetProperty("entryPoint").GetString(), Is.EqualTo(wallet.EntryPoint.Address.ToString()));
        foreach (string member in new[] { "blockNumber", "blockHash", "transactionHash" })
        {
            Assert.That(pending.GetProperty(member).ValueKind, Is.EqualTo(JsonValueKind.Null), member);
        }

        Assert.That(included.GetProperty("userOperation").GetRawText(), Is.EqualTo(pending.GetProperty("userOperation").GetRawText()));
        Assert.That(included.GetProperty("transactionHash").GetString(), Is.EqualTo(transaction));
        Assert.That(included.GetProperty("blockNumber").GetString(), Is.EqualTo((await Rig.Anvil.RpcAsync("eth_blockNumber")).GetString()));
    }

    [Test]
    public async Task An_unknown_operation_is_null() => Assert.That((await FindAsync("0x" + new string('7', 64))).ValueKind, Is.EqualTo(JsonValueKind.Null));

    private static Task<JsonElement> FindAsync(string hash) => Rig.AskAsync("eth_getUserOperationByHash", hash);
}
