using System.Text.Json;
using Bundler.Erc4337.EntryPoints;
using Bundler.Testing;

namespace Bundler.ChainTests.Methods;

/// <summary>bundler_getUserOperationStatus on the running node.</summary>
[NonParallelizable] // of the one pool of MethodNodes.Commanded
public sealed class GetUserOperationStatusTests
{
    private static MethodRig Rig => MethodNodes.Commanded;

    [Test]
    public async Task It_follows_an_operation_from_the_mempool_into_a_block([Values] EntryPointVersion version)
    {
        string hash = await Rig.SendAsync(await Rig.WalletAsync(version));
        JsonElement pending = await FindAsync(hash);
        string transaction = await Rig.BundleAsync();
        JsonElement included = await FindAsync(hash);

        Assert.That(pending.GetProperty("status").GetString(), Is.EqualTo("pending"));
        Assert.That(pending.GetProperty("transactionHash").ValueKind, Is.EqualTo(JsonValueKind.Null));
        Assert.That(included.GetProperty("status").GetString(), Is.EqualTo("included").Or.EqualTo("final"));
        Assert.That(included.GetProperty("transactionHash").GetString(), Is.EqualTo(transaction));
        Assert.That(included.GetProperty("success").GetBoolean(), Is.True);
    }

    [Test]
    public async Task One_that_was_replaced_says_by_what()
    {
        SimpleAccountWallet wallet = await Rig.WalletAsync();
        string first = await Rig.SendAsync(wallet);
        string second = await Rig.SendAsync(wallet, wallet.Sign(wallet.Operation() with { MaxFeePerGas = 2_000_000_000, MaxPriorityFeePerGas = 2_000_000_000 }));

        JsonElement replaced = await FindAsync(first);

        Assert.That(replaced.GetProperty("status").GetString(), Is.EqualTo("replaced"));
        Assert.That(replaced.GetProperty("reason").GetString(), Does.Contain(second));
    }

    [Test]
    public async Task One_that_was_never_met_is_null() => Assert.That((await FindAsync("0x" + new string('7', 64))).ValueKind, Is.EqualTo(JsonValueKind.Null));

    private static Task<JsonElement> FindAsync(string hash) => Rig.AskAsync("bundler_getUserOperationStatus", hash);
}
