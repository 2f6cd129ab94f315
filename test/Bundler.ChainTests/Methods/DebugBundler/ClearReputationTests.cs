using System.Text.Json;
using Bundler.Testing;

namespace Bundler.ChainTests.Methods;

/// <summary>debug_bundler_clearReputation on the running node.</summary>
[NonParallelizable] // of the one pool of MethodNodes.Commanded
public sealed class ClearReputationTests
{
    private static MethodRig Rig => MethodNodes.Commanded;

    [Test]
    public async Task It_forgets_counters_and_keeps_operations()
    {
        SimpleAccountWallet wallet = await Rig.WalletAsync();
        string entryPoint = wallet.EntryPoint.Address.ToString();
        await Rig.SendAsync(wallet);

        Assert.That(await Rig.TextAsync("debug_bundler_clearReputation"), Is.EqualTo("ok"));

        Assert.That((await Rig.AskAsync("debug_bundler_dumpReputation", entryPoint)).GetArrayLength(), Is.Zero);
        Assert.That((await Rig.AskAsync("debug_bundler_dumpMempool", entryPoint)).GetArrayLength(), Is.Positive);
    }
}
