using System.Text.Json;
using Bundler.Erc4337.EntryPoints;
using Bundler.Testing;

namespace Bundler.ChainTests.Methods;

/// <summary>debug_bundler_setReputation on the running node.</summary>
[NonParallelizable] // of the one pool of MethodNodes.Commanded
public sealed class SetReputationTests
{
    private static MethodRig Rig => MethodNodes.Commanded;

    [TearDown]
    public Task ClearAsync() => Rig.AskAsync("debug_bundler_clearState");

    [Test]
    public async Task GREP_010_a_factory_that_is_set_to_banned_is_refused([Values] EntryPointVersion version)
    {
        SimpleAccountWallet wallet = await Rig.WalletAsync(version);
        string entryPoint = wallet.EntryPoint.Address.ToString();
        object[] reputation = [new { address = wallet.Factory.ToString(), opsSeen = "0x2710", opsIncluded = "0x0" }];

        Assert.That(await Rig.TextAsync("debug_bundler_setReputation", reputation, entryPoint), Is.EqualTo("ok"));

        Assert.That(await Rig.RefusalAsync("eth_sendUserOperation", MethodRig.Call(wallet, wallet.Signed())), Is.EqualTo(-32504));
        JsonElement told = (await Rig.AskAsync("debug_bundler_dumpReputation", entryPoint)).EnumerateArray()
            .Single(entry => entry.GetProperty("address").GetString() == wallet.Factory.ToString());
        Assert.That(told.GetProperty("status").GetString(), Is.EqualTo("banned"));
    }
}
